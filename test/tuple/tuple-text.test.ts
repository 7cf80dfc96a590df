import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';
import {
  formatSubject,
  formatTuple,
  MalformedTupleTextError,
  parseSubject,
  parseSubjectSet,
  parseTuple,
} from '../../src/tuple/tuple-text.ts';

const id = (text: string): Subject => ({ kind: 'id', id: text });
const set = (namespace: string, object: string, relation: string): Subject => ({
  kind: 'set',
  namespace,
  object,
  relation,
});
const tuple = (namespace: string, object: string, relation: string, subject: Subject): RelationTuple => ({
  namespace,
  object,
  relation,
  subject,
});

const TUPLES: readonly { text: string; tuple: RelationTuple; written?: string }[] = [
  { text: 'n:o#r@s', tuple: tuple('n', 'o', 'r', id('s')) },
  { text: 'n:o#r@n:o#r', tuple: tuple('n', 'o', 'r', set('n', 'o', 'r')) },
  { text: 'n:o#r@(n:o#r)', tuple: tuple('n', 'o', 'r', set('n', 'o', 'r')), written: 'n:o#r@n:o#r' },
  { text: 'n:o#r@))((n:o#r()(', tuple: tuple('n', 'o', 'r', set('n', 'o', 'r')), written: 'n:o#r@n:o#r' },
  { text: 'n:o#r@(s', tuple: tuple('n', 'o', 'r', id('s')), written: 'n:o#r@s' },
  { text: 'n:o#r@s(t)u', tuple: tuple('n', 'o', 'r', id('s(t)u')) },
  { text: 'n:o#r@()', tuple: tuple('n', 'o', 'r', id('')), written: 'n:o#r@' },
  { text: 'n:o#r@n:o#', tuple: tuple('n', 'o', 'r', set('n', 'o', '')), written: 'n:o#r@n:o' },
  { text: 'n:o#r@n:o', tuple: tuple('n', 'o', 'r', set('n', 'o', '')) },
  { text: 'n:o#r@n:o#...', tuple: tuple('n', 'o', 'r', set('n', 'o', '...')) },
  {
    text: '#dev:@ory#:working:@projects:keto#awesome',
    tuple: tuple('#dev', '@ory', ':working:', set('projects', 'keto', 'awesome')),
  },
  { text: 'n:o:p#r#q@a@b', tuple: tuple('n', 'o:p', 'r#q', id('a@b')) },
  { text: 'n:o#r@n:o:p#q#r', tuple: tuple('n', 'o', 'r', set('n', 'o:p', 'q#r')) },
  { text: ':#@', tuple: tuple('', '', '', id('')) },
  { text: ':#@:', tuple: tuple('', '', '', set('', '', '')) },
  { text: ' n : o # r @ s ', tuple: tuple(' n ', ' o ', ' r ', id(' s ')) },
];

describe('tuple text', () => {
  for (const { text, tuple: expected, written = text } of TUPLES) {
    test(`${text} is read, and written as ${written}`, () => {
      assert.deepEqual(parseTuple(text), expected);
      assert.equal(formatTuple(expected), written);
    });
  }

  for (const text of ['', 'no-colon', 'n:no-hash', 'n:o#no-at', 'n#o@r', 'n:o@s#r', 'n:o#r@a#b:c']) {
    test(`'${text}' is malformed`, () => {
      assert.throws(() => parseTuple(text), new MalformedTupleTextError());
    });
  }
});

describe('subject text', () => {
  const subjects: readonly [string, Subject][] = [
    ['maureen', id('maureen')],
    ['', id('')],
    ['a#b', id('a#b')],
    ['(a)', id('(a)')],
    ['n:o#r', set('n', 'o', 'r')],
    ['(n:o#r)', set('(n', 'o', 'r)')],
    [':#r', set('', '', 'r')],
    ['n:', set('n', '', '')],
  ];
  for (const [text, subject] of subjects) {
    test(`'${text}' is read and written unchanged`, () => {
      assert.deepEqual(parseSubject(text), subject);
      assert.equal(formatSubject(subject), text);
    });
  }

  test('a set is malformed when its colon is missing or stands behind the hash', () => {
    assert.throws(() => parseSubject('a#b:c'), MalformedTupleTextError);
    assert.throws(() => parseSubjectSet('no-colon'), MalformedTupleTextError);
    assert.throws(() => parseSubjectSet(''), MalformedTupleTextError);
  });
});
