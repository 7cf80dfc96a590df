import type { RelationQuery, TupleDelta } from '../tuple/relation-tuple.ts';
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

/** Changes stored tuples. Each call is one transaction: all of it or nothing, and in the change log with it. */
export interface TupleWriter {
  /**
   * Applies the deltas in their order: the last delta of a tuple decides whether it is
   * stored. Inserting a stored tuple and deleting a missing one change nothing.
   */
  writeTuples(deltas: readonly TupleDelta[], options?: { signal?: AbortSignal | undefined }): Promise<WriteResult>;
  /** Deletes every tuple that matches the query. */
  deleteTuples(query: RelationQuery, options?: { signal?: AbortSignal | undefined }): Promise<WriteResult>;
}
