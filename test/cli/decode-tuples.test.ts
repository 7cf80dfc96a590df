import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeTupleJson, decodeTupleLines } from '../../src/cli/decode-tuples.ts';
import { DecodeError } from '../../src/cli/tuple-files.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';

const lines = (text: string) => decodeTupleLines(Buffer.from(text)).map(formatTuple);
const json = (text: string) => decodeTupleJson(Buffer.from(text)).map(formatTuple);

describe('tuples in text form', () => {
  for (const [name, text, expected] of [
    ['one a line', 'n:o#r@a\nn:o#r@b', ['n:o#r@a', 'n:o#r@b']],
    ['comments and blank lines are skipped', '// no\n\n  // no\nn:o#r@a\n', ['n:o#r@a']],
    ['Unicode space around a line is removed', '\u00a0n:o#r@a\u0085\u2028\r\n', ['n:o#r@a']],
    ['a byte order mark and a zero-width space belong to the tuple', '\ufeffn:o#r@a\u200b', ['\ufeffn:o#r@a\u200b']],
    ['a hash is no comment', 'n:o#r@a # b', ['n:o#r@a # b']],
  ] as const) {
    test(name, () => assert.deepEqual(lines(text), expected));
  }

  test('an error names the line', () => {
    assert.throws(
      () => lines('n:o#r@a\n\nno\u200bpe'),
      new DecodeError('line 3: could not decode "no\\u200bpe": malformed string input'),
    );
  });
});

describe('tuples in JSON', () => {
  const tuple = '{"namespace":"n","object":"o","relation":"r","subject_id":"a"}';
  for (const [name, text, expected] of [
    ['an object', tuple, ['n:o#r@a']],
    ['an array', `[${tuple}, ${tuple}]`, ['n:o#r@a', 'n:o#r@a']],
    ['an empty array', '[]', []],
    ['a byte order mark and space are removed', `\ufeff \n${tuple}\n`, ['n:o#r@a']],
    ['what follows the first value is ignored', `${tuple} } garbage`, ['n:o#r@a']],
    ['missing parts are empty', '{"subject_set":{"namespace":"m"}}', [':#@m:']],
    ['the letter case of keys does not count', '{"Namespace":"n","SUBJECT_ID":"a"}', ['n:#@a']],
    ['null is as good as absent', '{"namespace":null,"subject_set":null,"subject_id":"a"}', [':#@a']],
    ['the subject id wins', '{"subject_id":"a","subject_set":{"namespace":"m"}}', [':#@a']],
    ['braces inside strings do not count', '{"namespace":"}{\\"","subject_id":"]"} x', ['}{":#@]']],
  ] as const) {
    test(name, () => assert.deepEqual(json(text), expected));
  }

  for (const [text, message] of [
    ['', /^empty input$/],
    [' \n', /^empty input after trimming whitespace$/],
    ['{"foo":1}', /^could not decode: json: unknown field "foo"$/],
    ['{"subject_set":{"x":1}}', /^could not decode: json: unknown field "x"$/],
    ['{"namespace":"n"', /^could not decode: /],
    ['nonsense', /^could not decode: /],
    ['null', /^could not decode: a tuple must be an object$/],
    ['[null]', /^could not decode: a tuple must be an object$/],
    ['{"object":5,"subject_id":"a"}', /^could not decode: object must be a string, got 5$/],
    ['{"namespace":"n"}', /^could not decode: tuple without subject_id and subject_set$/],
  ] as const) {
    test(`${JSON.stringify(text)} is refused`, () => assert.throws(() => json(text), { name: 'Error', message }));
  }
});
