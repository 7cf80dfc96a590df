import { setImmediate } from 'node:timers/promises';
import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import { throwIfAborted } from './abort.ts';
import type { LongStrings } from './stored-string.ts';
import { type StoredTuple, toStoredTuple, toWellFormedTuple } from './stored-tuple.ts';

/** What a write must do, in any order: every tuple has one change. */
export interface WritePlan {
  /** By `keyOf` the row. */
  readonly changes: ReadonlyMap<string, PlannedChange>;
  /** The long strings of the tuples that are inserted. */
  readonly longStrings: LongStrings;
  /** About the bytes of all of it: UTF-16 units, of the keys and of the long strings. */
  readonly size: number;
}

/** A delta with its row. */
export interface PlannedChange {
  readonly delta: TupleDelta;
  readonly stored: StoredTuple;
}

/** How many deltas are dealt with before others get their turn: two or three milliseconds of work. */
export const DELTAS_PER_TURN = 500;

/** Reduces deltas to the last one of each tuple: it decides, whatever came before (decision 2). */
export function planWrite(deltas: readonly TupleDelta[]): WritePlan {
  const plan = emptyPlan();
  for (const delta of deltas) addDelta(plan, delta);
  return plan;
}

/** The same, and others get their turn in between. @throws SthenoError when the signal aborts */
export async function planWriteInTurns(
  deltas: readonly TupleDelta[],
  { signal }: { signal?: AbortSignal | undefined },
): Promise<WritePlan> {
  const plan = emptyPlan();
  for (const [index, delta] of deltas.entries()) {
    addDelta(plan, delta);
    if (index % DELTAS_PER_TURN !== DELTAS_PER_TURN - 1) continue;
    await setImmediate();
    throwIfAborted(signal);
  }
  return plan;
}

/**
 * One plan that does what the plans do one after another. Where they share a tuple, the
 * change is the first one's. None may contradict another.
 */
export function mergePlans(plans: readonly WritePlan[]): WritePlan {
  const [first, second] = plans;
  if (first !== undefined && second === undefined) return first;
  const merged = emptyPlan();
  for (const { changes, longStrings, size } of plans) {
    for (const [key, change] of changes) if (!merged.changes.has(key)) merged.changes.set(key, change);
    for (const [longForm, value] of longStrings) merged.longStrings.set(longForm, value);
    merged.size += size;
  }
  return merged;
}

/** The elements in pieces of at most `length`. */
export function* piecesOf<T>(all: readonly T[], length: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += length) yield all.slice(start, start + length);
}

/** A key of a row: stored forms have no NUL. */
export function keyOf(stored: StoredTuple): string {
  return stored.join('\0');
}

interface GrowingPlan {
  readonly changes: Map<string, PlannedChange>;
  readonly longStrings: LongStrings;
  size: number;
}

function emptyPlan(): GrowingPlan {
  return { changes: new Map(), longStrings: new Map(), size: 0 };
}

function addDelta(plan: GrowingPlan, { action, tuple }: TupleDelta): void {
  const known = plan.longStrings.size;
  const stored = toStoredTuple(tuple, action === 'insert' ? plan.longStrings : undefined);
  const key = keyOf(stored);
  plan.changes.set(key, { delta: { action, tuple: toWellFormedTuple(tuple) }, stored });
  plan.size += plan.longStrings.size === known ? key.length : sizeOf(tuple);
}

/** Of a tuple with long strings. */
function sizeOf({ namespace, object, relation, subject }: TupleDelta['tuple']): number {
  const parts =
    subject.kind === 'id'
      ? [namespace, object, relation, subject.id]
      : [namespace, object, relation, subject.namespace, subject.object, subject.relation];
  return parts.reduce((sum, { length }) => sum + length, 0);
}
