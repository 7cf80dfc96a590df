import type { RelationQuery, TupleDelta } from '../tuple/relation-tuple.ts';
import type { Revision } from './revision.ts';

/** What must be so right before a write. */
export interface Precondition {
  /** Whether a tuple that matches must be stored, or none may be. */
  readonly kind: 'must_exist' | 'must_not_exist';
  readonly query: RelationQuery;
}

/** A write that is only made under conditions. */
export interface GuardedWrite {
  /** Each tuple is named once only. */
  readonly deltas: readonly TupleDelta[];
  readonly preconditions: readonly Precondition[];
  /** What an insert of a stored tuple does, and a delete of a missing one: nothing, or it makes the whole write fail. */
  readonly onExisting: 'ignore' | 'fail';
  readonly onMissing: 'ignore' | 'fail';
  /** A write with the key of an earlier one is not made, but answered as that was. */
  readonly idempotencyKey: string | undefined;
}

export interface GuardedWriteResult {
  /** As `WriteResult.revision`. */
  readonly revision: Revision;
  /** The indexes of the deltas that changed something, in order. */
  readonly effective: readonly number[];
}
