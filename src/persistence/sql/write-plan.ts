import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { LongStrings } from './stored-string.ts';
import { type StoredTuple, toStoredTuple, toWellFormedTuple } from './stored-tuple.ts';

/** What a write must do, as sets: every tuple is in at most one of them. */
export interface WritePlan {
  readonly inserts: readonly PlannedChange[];
  readonly deletes: readonly PlannedChange[];
  /** The long strings of the inserts. */
  readonly longStrings: LongStrings;
}

/** A delta with its row. */
export interface PlannedChange {
  readonly delta: TupleDelta;
  readonly stored: StoredTuple;
}

/** Reduces deltas to the last one of each tuple: it decides, whatever came before (decision 2). */
export function planWrite(deltas: readonly TupleDelta[]): WritePlan {
  const last = new Map<string, PlannedChange>();
  const longStrings: LongStrings = new Map();
  for (const { action, tuple } of deltas) {
    const stored = toStoredTuple(tuple, action === 'insert' ? longStrings : undefined);
    last.set(keyOf(stored), { delta: { action, tuple: toWellFormedTuple(tuple) }, stored });
  }
  const changes = [...last.values()];
  return {
    inserts: changes.filter(({ delta }) => delta.action === 'insert'),
    deletes: changes.filter(({ delta }) => delta.action === 'delete'),
    longStrings,
  };
}

/** A key of a row: stored forms have no NUL. */
export function keyOf(stored: StoredTuple): string {
  return stored.join('\0');
}
