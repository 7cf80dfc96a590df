import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { firstJsonValue, JsonError } from '../../src/server/rest/first-json-value.ts';

describe('the first JSON value of a body', () => {
  const accepted: [text: string, value: unknown][] = [
    ['{}', {}],
    [' \n\t[1,{"a":[]}] trailing', [1, { a: [] }]],
    ['{"a":"}"}{"b":1}', { a: '}' }],
    ['{"a":"\\\\"}]', { a: '\\' }],
    ['{"a":"\\"}"}', { a: '"}' }],
    ['null', null],
    ['null x', null],
    ['"x\\"y" z', 'x"y'],
    ['-1.5e3 \n', -1500],
    ['{"a":1,"a":2}', { a: 2 }],
  ];
  for (const [text, value] of accepted) {
    it(`of ${JSON.stringify(text)} is ${JSON.stringify(value)}`, () => assert.deepEqual(firstJsonValue(text), value));
  }

  const refused: [text: string, message: string][] = [
    ['', 'the body is empty'],
    [' \r\n', 'the body is empty'],
    ['{', 'the body ends in the middle of a JSON value'],
    ['[1,', 'the body ends in the middle of a JSON value'],
    ['{"a', 'the body ends in the middle of a JSON value'],
    ['{"a":"x\\"}', 'the body ends in the middle of a JSON value'],
    ['nul', 'the body is not valid JSON'],
    ['nullx', 'the body is not valid JSON'],
    ['not json', 'the body is not valid JSON'],
    ['{]', 'the body is not valid JSON'],
    ['[}', 'the body is not valid JSON'],
    ['{a:1}', 'the body is not valid JSON'],
    ['[1,]', 'the body is not valid JSON'],
    ['["\u0001"]', 'the body is not valid JSON'],
    ['01', 'the body is not valid JSON'],
    ['\ufeff{}', 'the body is not valid JSON'],
    ['}', 'the body is not valid JSON'],
  ];
  for (const [text, message] of refused) {
    it(`of ${JSON.stringify(text)} is refused`, () => {
      assert.throws(
        () => firstJsonValue(text),
        (error) => error instanceof JsonError && error.message === message,
      );
    });
  }

  it('may be nested deeply, but not without end', () => {
    assert.ok(firstJsonValue('['.repeat(9_999) + ']'.repeat(9_999)));
    assert.throws(() => firstJsonValue('['.repeat(10_000) + ']'.repeat(10_000)), /nested deeper/);
    assert.throws(() => firstJsonValue('['.repeat(1_000_000)), /nested deeper/);
  });
});
