import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDeltas } from '../../src/server/rest/delta-json.ts';
import { readTupleJson, tupleMessage, tupleToJson } from '../../src/server/rest/tuple-json.ts';

describe('a tuple in JSON', () => {
  const empty = { namespace: '', object: '', relation: '' };
  const accepted: [value: unknown, tuple: object][] = [
    [null, empty],
    [{}, empty],
    [
      { namespace: 'n', object: 'o', relation: 'r', subject_id: 's' },
      { namespace: 'n', object: 'o', relation: 'r', subject_id: 's' },
    ],
    [
      { namespace: null, object: null, subject_id: '' },
      { ...empty, subject_id: '' },
    ],
    [{ subject_id: null, subject_set: null }, empty],
    [
      { NAMESPACE: 'n', Subject_ID: 's' },
      { ...empty, namespace: 'n', subject_id: 's' },
    ],
    [
      { namespace: 'a', Namespace: 'b' },
      { ...empty, namespace: 'b' },
    ],
    [{ subject_set: { Namespace: 'n' } }, { ...empty, subject_set: { ...empty, namespace: 'n' } }],
    [
      { subject_id: 'a', subject_set: {} },
      { ...empty, subject_id: 'a', subject_set: empty },
    ],
    [{ object: 'a\ud800b' }, { ...empty, object: 'a\ufffdb' }],
    [{ extra: 1, __proto__: { subject_id: 'x' } }, empty],
  ];
  for (const [value, tuple] of accepted) {
    it(`is read from ${JSON.stringify(value)}`, () => {
      assert.equal(JSON.stringify(readTupleJson(value, 'the tuple')), JSON.stringify(tuple));
    });
  }

  const refused: [value: unknown, message: string][] = [
    [[], 'the tuple must be an object, not an array'],
    ['x', 'the tuple must be an object, not a string'],
    [1, 'the tuple must be an object, not a number'],
    [{ namespace: 1 }, 'the tuple.namespace must be a string, not a number'],
    [{ subject_id: {} }, 'the tuple.subject_id must be a string, not an object'],
    [{ subject_set: 'x' }, 'the tuple.subject_set must be an object, not a string'],
    [{ subject_set: { relation: false } }, 'the tuple.subject_set.relation must be a string, not a boolean'],
  ];
  for (const [value, message] of refused) {
    it(`is not ${JSON.stringify(value)}`, () => assert.throws(() => readTupleJson(value, 'the tuple'), { message }));
  }

  it('has the id as subject when it has both', () => {
    const both = readTupleJson({ subject_id: 'a', subject_set: { namespace: 'n' } }, 'the tuple');
    assert.deepEqual(tupleToJson(tupleMessage(both)), { ...empty, subject_id: 'a' });
  });
});

describe('deltas in JSON', () => {
  const tuple = { namespace: 'n', object: 'o', relation: 'r', subject_id: 's' };

  it('keep their order', async () => {
    const deltas = await readDeltas([
      { action: 'delete', relation_tuple: tuple },
      { ACTION: 'insert', Relation_Tuple: tuple },
    ]);
    assert.deepEqual(
      deltas.map(({ action }) => action),
      [2, 1],
    );
  });

  it('may be none', async () => {
    assert.deepEqual(await readDeltas(null), []);
    assert.deepEqual(await readDeltas([]), []);
  });

  const refused: [value: unknown, message: string][] = [
    [{}, 'the body must be an array, not an object'],
    [[1], '[0] must be an object, not a number'],
    [[{ action: 1 }], '[0].action must be a string, not a number'],
    [[{ action: 'insert', relation_tuple: 'n:o#r@s' }], '[0].relation_tuple must be an object, not a string'],
    [[null], '[0] is null, but must be a delta'],
    [[{ action: 'insert' }], 'relation_tuple is missing'],
    [[{ action: 'nope', relation_tuple: {} }], 'subject is not allowed to be nil'],
    [[{ relation_tuple: tuple }], 'unknown action '],
    [[{ action: 'Insert', relation_tuple: tuple }], 'unknown action Insert'],
    [[{ action: 'x', relation_tuple: tuple }, { action: 'insert' }], 'unknown action x'],
    [[{ action: 'x', relation_tuple: tuple }, { action: 1 }], '[1].action must be a string, not a number'],
  ];
  for (const [value, message] of refused) {
    it(`are not ${JSON.stringify(value)}`, () => assert.rejects(readDeltas(value), { message }));
  }
});
