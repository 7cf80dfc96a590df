import type { RelationTuple, TupleDelta } from '../../tuple/relation-tuple.ts';

/** The kind of a change row that holds changed tuples. */
export const TUPLE_CHANGES = 'tuples';

/**
 * The payload of a change row of the kind `tuples`: a JSON array with one array a delta,
 * `["+", namespace, object, relation, subject id]` or
 * `["+", namespace, object, relation, subject namespace, subject object, subject relation]`;
 * `"-"` for a delete. The strings are whole values, not stored forms: a reader of the
 * log needs no other table.
 */
type EncodedDelta = readonly [sign: '+' | '-', ...parts: string[]];

export function formatTupleChanges(deltas: readonly TupleDelta[]): string {
  return JSON.stringify(deltas.map(encodeDelta));
}

/** @throws when the payload is not of the kind `tuples` */
export function parseTupleChanges(payload: string): TupleDelta[] {
  // The column is written by formatTupleChanges only.
  return (JSON.parse(payload) as EncodedDelta[]).map(decodeDelta);
}

function encodeDelta({ action, tuple }: TupleDelta): EncodedDelta {
  const { namespace, object, relation, subject } = tuple;
  const sign = action === 'insert' ? '+' : '-';
  return subject.kind === 'id'
    ? [sign, namespace, object, relation, subject.id]
    : [sign, namespace, object, relation, subject.namespace, subject.object, subject.relation];
}

function decodeDelta([sign, ...parts]: EncodedDelta): TupleDelta {
  return { action: sign === '+' ? 'insert' : 'delete', tuple: decodeTuple(parts) };
}

function decodeTuple(parts: readonly string[]): RelationTuple {
  const [namespace, object, relation, first, subjectObject, subjectRelation] = parts;
  if (namespace === undefined || object === undefined || relation === undefined || first === undefined) {
    throw new Error(`BUG: a logged tuple has ${parts.length} parts`);
  }
  if (subjectObject === undefined || subjectRelation === undefined) {
    return { namespace, object, relation, subject: { kind: 'id', id: first } };
  }
  const subject = { kind: 'set', namespace: first, object: subjectObject, relation: subjectRelation } as const;
  return { namespace, object, relation, subject };
}
