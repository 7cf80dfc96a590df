import { setImmediate } from 'node:timers/promises';
import type { RelationTuple, TupleDelta } from '../../tuple/relation-tuple.ts';
import { ChangeLogError } from '../change-log-error.ts';

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

/** How much of a payload is parsed in one turn: about a thousand deltas, a millisecond of work. */
const PIECE_LENGTH = 100_000;

/**
 * Between two deltas, with the beginning of the second. Inside a string it cannot stand: its second quotation mark has no
 * backslash before it, so it begins or ends a string, and behind the end of one no sign follows.
 */
const NEXT_DELTA = /"\],\["[+-]/g;

export function formatTupleChanges(deltas: readonly TupleDelta[]): string {
  return JSON.stringify(deltas.map(encodeDelta));
}

/** @throws {ChangeLogError} when the payload is not of the kind `tuples` */
export function parseTupleChanges(payload: string): TupleDelta[] {
  return parseDeltas(payload).map(decodeDelta);
}

/**
 * The same, and others get their turn in between: a commit may have any number of deltas.
 * @throws {ChangeLogError} when the payload is not of the kind `tuples`
 */
export async function parseTupleChangesInTurns(payload: string): Promise<TupleDelta[]> {
  const deltas: TupleDelta[] = [];
  for (const piece of piecesOf(payload)) {
    for (const delta of parseTupleChanges(piece)) deltas.push(delta);
    await setImmediate();
  }
  return deltas;
}

/** Payloads that are one after another the payload. */
function* piecesOf(payload: string): Generator<string> {
  let start = 0;
  for (;;) {
    NEXT_DELTA.lastIndex = start + PIECE_LENGTH;
    const next = NEXT_DELTA.exec(payload);
    const end = next === null ? payload.length : next.index + '"]'.length;
    const piece = payload.slice(start, end);
    yield `${start === 0 ? '' : '['}${piece}${next === null ? '' : ']'}`;
    if (next === null) return;
    start = end + ','.length;
  }
}

function encodeDelta({ action, tuple }: TupleDelta): EncodedDelta {
  const { namespace, object, relation, subject } = tuple;
  const sign = action === 'insert' ? '+' : '-';
  return subject.kind === 'id'
    ? [sign, namespace, object, relation, subject.id]
    : [sign, namespace, object, relation, subject.namespace, subject.object, subject.relation];
}

function parseDeltas(payload: string): unknown[] {
  let deltas: unknown;
  try {
    deltas = JSON.parse(payload);
  } catch (cause) {
    throw new ChangeLogError('a change is not JSON', { cause });
  }
  if (!Array.isArray(deltas)) throw new ChangeLogError('a change is not a list of deltas');
  return deltas;
}

function decodeDelta(delta: unknown): TupleDelta {
  const isDelta = Array.isArray(delta) && (delta[0] === '+' || delta[0] === '-') && delta.every(isString);
  if (!isDelta || (delta.length !== 5 && delta.length !== 7))
    throw new ChangeLogError('a change has a part that is not a delta');
  return { action: delta[0] === '+' ? 'insert' : 'delete', tuple: decodeTuple(delta) };
}

function isString(part: unknown): part is string {
  return typeof part === 'string';
}

/** Of five or seven strings. */
function decodeTuple([
  ,
  namespace = '',
  object = '',
  relation = '',
  first = '',
  ...rest
]: readonly string[]): RelationTuple {
  const [subjectObject, subjectRelation] = rest;
  if (subjectObject === undefined || subjectRelation === undefined) {
    return { namespace, object, relation, subject: { kind: 'id', id: first } };
  }
  const subject = { kind: 'set', namespace: first, object: subjectObject, relation: subjectRelation } as const;
  return { namespace, object, relation, subject };
}
