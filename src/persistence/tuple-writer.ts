import type { RelationQuery, TupleDelta } from '../tuple/relation-tuple.ts';
import type { GuardedWrite, GuardedWriteResult } from './guarded-write.ts';
import type { Revision } from './revision.ts';

/** What a write did. */
export interface WriteResult {
  /**
   * The first revision that has the write; writes that are committed together share one. A
   * write that changes nothing makes no revision and answers the newest.
   */
  readonly revision: Revision;
  /** The changes that really happened, each tuple at most once, as they stand in the change log. */
  readonly changes: readonly TupleDelta[];
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** What the write comes behind: it is made ready at once, but written when this has resolved, and never when it rejects. */
  readonly after?: Promise<unknown> | undefined;
}

/** Changes stored tuples. Each call is one transaction: all of it or nothing, and in the change log with it. */
export interface TupleWriter {
  /**
   * Applies the deltas in their order: the last delta of a tuple decides whether it is
   * stored. Inserting a stored tuple and deleting a missing one change nothing.
   */
  writeTuples(deltas: readonly TupleDelta[], options?: WriteOptions): Promise<WriteResult>;
  /**
   * The same under conditions.
   * @throws SthenoError `invalid_argument` when a tuple is named twice, `failed_precondition`, `already_exists` and
   *   `not_found` when a condition does not hold; nothing is changed then
   */
  writeGuarded(write: GuardedWrite, options?: { signal?: AbortSignal | undefined }): Promise<GuardedWriteResult>;
  /** Deletes every tuple that matches the query. */
  deleteTuples(query: RelationQuery, options?: { signal?: AbortSignal | undefined }): Promise<WriteResult>;
  /** Deletes the first tuples that match, in the order of listings; `limit` is at least 1. */
  deleteSome(
    query: RelationQuery,
    options: { limit: number; signal?: AbortSignal | undefined },
  ): Promise<PartialDeletion>;
}

export interface PartialDeletion extends WriteResult {
  /** Whether more tuples match than the limit let be deleted. */
  readonly hasMore: boolean;
}
