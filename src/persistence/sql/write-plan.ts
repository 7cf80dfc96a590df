import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { LongStrings } from './stored-string.ts';
import { type StoredTuple, toStoredTuple, toWellFormedTuple } from './stored-tuple.ts';

/** What a write must do, in any order: every tuple has one change. */
export interface WritePlan {
  /** By `keyOf` the row. */
  readonly changes: ReadonlyMap<string, PlannedChange>;
  /** The long strings of the tuples that are inserted. */
  readonly longStrings: LongStrings;
}

/** A delta with its row. */
export interface PlannedChange {
  readonly delta: TupleDelta;
  readonly stored: StoredTuple;
}

/** Reduces deltas to the last one of each tuple: it decides, whatever came before (decision 2). */
export function planWrite(deltas: readonly TupleDelta[]): WritePlan {
  const changes = new Map<string, PlannedChange>();
  const longStrings: LongStrings = new Map();
  for (const { action, tuple } of deltas) {
    const stored = toStoredTuple(tuple, action === 'insert' ? longStrings : undefined);
    changes.set(keyOf(stored), { delta: { action, tuple: toWellFormedTuple(tuple) }, stored });
  }
  return { changes, longStrings };
}

/**
 * One plan that does what the plans do one after another. Where they share a tuple, the
 * change is the first one's. None may contradict another.
 */
export function mergePlans(plans: readonly WritePlan[]): WritePlan {
  return {
    changes: new Map(plans.toReversed().flatMap(({ changes }) => [...changes])),
    longStrings: new Map(plans.flatMap(({ longStrings }) => [...longStrings])),
  };
}

/** The changes of a plan that insert, or those that delete. */
export function plannedOf({ changes }: WritePlan, action: TupleDelta['action']): PlannedChange[] {
  return [...changes.values()].filter(({ delta }) => delta.action === action);
}

/** A key of a row: stored forms have no NUL. */
export function keyOf(stored: StoredTuple): string {
  return stored.join('\0');
}
