import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { ImportRequestSchema } from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action } from '#gen/stheno/v1/watch_service_pb.js';
import { encodeChanges } from '../../../src/cli/bulk/encode-changes.ts';
import { tupleToProto } from '../../../src/service/messages.ts';
import type { TupleDelta } from '../../../src/tuple/relation-tuple.ts';

/** What the complete codec makes of the same changes. */
function encodeCompletely(deltas: readonly TupleDelta[]): Uint8Array {
  const changes = deltas.map(({ action, tuple }) => ({
    action: action === 'insert' ? Action.INSERT : Action.DELETE,
    tuple: tupleToProto(tuple),
  }));
  return toBinary(ImportRequestSchema, create(ImportRequestSchema, { changes }));
}

const text = fc.oneof(
  fc.constantFrom('', 'files', 'é', '€', '🗝', '\0', '\ud800', 'x'.repeat(127), 'x'.repeat(128), '€'.repeat(6000)),
  fc.string({ unit: 'binary' }),
);
const subject = fc.oneof(
  fc.record({ kind: fc.constant('id' as const), id: text }),
  fc.record({ kind: fc.constant('set' as const), namespace: text, object: text, relation: text }),
);
const delta: fc.Arbitrary<TupleDelta> = fc.record({
  action: fc.constantFrom('insert', 'delete'),
  tuple: fc.record({ namespace: text, object: text, relation: text, subject }),
});

describe('the message of an import', () => {
  it('is what the complete codec writes, byte by byte', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 20 }), (deltas) => {
        assert.deepEqual(Buffer.from(encodeChanges(deltas)), Buffer.from(encodeCompletely(deltas)));
      }),
      { numRuns: 300 },
    );
  });

  it('is read as the changes it was made of', () => {
    const tuple = { namespace: 'Doc', object: 'é', relation: 'view', subject: { kind: 'id', id: '' } } as const;
    const { changes } = fromBinary(ImportRequestSchema, encodeChanges([{ action: 'delete', tuple }]));
    assert.equal(changes.length, 1);
    assert.equal(changes[0]?.action, Action.DELETE);
    assert.deepEqual(changes[0]?.tuple?.subject?.ref, { case: 'id', value: '' });
    assert.equal(changes[0]?.tuple?.object, 'é');
  });
});
