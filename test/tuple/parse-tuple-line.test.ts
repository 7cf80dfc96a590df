import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTupleLine, TupleLineError } from '../../src/tuple/parse-tuple-line.ts';

const ANN = { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: 'ann' } } as const;
const SET = { ...ANN, subject: { kind: 'set', namespace: 'g', object: 'x', relation: 'm' } } as const;
const JSON_ANN = '{"namespace":"n","object":"o","relation":"r","subject_id":"ann"}';
const JSON_SET =
  '{"namespace":"n","object":"o","relation":"r","subject_set":{"namespace":"g","object":"x","relation":"m"}}';

describe('a line of an import', () => {
  for (const [line, delta] of [
    ['', undefined],
    ['  \t\r', undefined],
    ['// n:o#r@ann', undefined],
    ['n:o#r@ann', { action: 'insert', tuple: ANN }],
    [' n:o#r@(g:x#m)\r', { action: 'insert', tuple: SET }],
    [JSON_ANN, { action: 'insert', tuple: ANN }],
    [JSON_SET, { action: 'insert', tuple: SET }],
    [
      JSON_SET.replace(',"relation":"m"', ''),
      { action: 'insert', tuple: { ...SET, subject: { ...SET.subject, relation: '' } } },
    ],
    [`{"action":"insert","relation_tuple":${JSON_ANN}}`, { action: 'insert', tuple: ANN }],
    [`{"relation_tuple":${JSON_SET},"action":"delete"}`, { action: 'delete', tuple: SET }],
    [
      '{"namespace":"","object":"","relation":"","subject_id":""}',
      { action: 'insert', tuple: { namespace: '', object: '', relation: '', subject: { kind: 'id', id: '' } } },
    ],
  ] as const) {
    it(`is read: ${JSON.stringify(line)}`, () => assert.deepEqual(parseTupleLine(line), delta));
  }

  for (const [line, reason] of [
    ['n:o#r', 'neither JSON nor namespace:object#relation@subject'],
    ['[]', 'neither JSON nor namespace:object#relation@subject'],
    ['{', 'not valid JSON'],
    [`${JSON_ANN}${JSON_ANN}`, 'not valid JSON'],
    ['{}', 'namespace is missing'],
    ['{"namespace":1}', 'namespace must be a string, but is 1'],
    ['{"namespace":"n","object":"o"}', 'relation is missing'],
    ['{"namespace":"n","object":"o","relation":"r"}', 'subject_id or subject_set is missing'],
    ['{"namespace":"n","object":"o","relation":"r","subject_id":null}', 'subject_id must be a string, but is null'],
    [
      JSON_SET.replace('"subject_set"', '"subject_id":"a","subject_set"'),
      'subject_id and subject_set exclude each other',
    ],
    [JSON_SET.replace('"x"', '[]'), 'subject_set.object must be a string, but is []'],
    [JSON_SET.replace('"object":"x",', ''), 'subject_set.object is missing'],
    ['{"namespace":"n","object":"o","relation":"r","subject_set":[]}', 'subject_set must be an object, but is []'],
    ['{"namespaces":"n","object":"o","relation":"r","subject_id":"a"}', 'namespaces is unknown'],
    ['{"action":"upsert"}', 'action must be insert or delete, but is "upsert"'],
    [`{"relation_tuple":${JSON_ANN}}`, 'action must be insert or delete, but is missing'],
    ['{"action":"insert"}', 'relation_tuple is missing'],
    ['{"action":"insert","relation_tuple":{"namespace":"n"}}', 'relation_tuple.object is missing'],
    [`{"action":"insert","relation_tuple":${JSON_ANN},"x":1}`, 'x is unknown'],
    [
      `{"namespace":${JSON.stringify(Array(200).fill(1))}}`,
      `namespace must be a string, but is ${JSON.stringify(Array(200).fill(1)).slice(0, 100)}…`,
    ],
  ] as const) {
    it(`is refused: ${line.slice(0, 80)}`, () => {
      assert.throws(
        () => parseTupleLine(line),
        (error: unknown) => {
          assert.ok(error instanceof TupleLineError);
          assert.equal(error.message, reason);
          return true;
        },
      );
    });
  }
});
