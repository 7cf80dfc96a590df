import type { RelationQuery, RelationTuple } from '../tuple/relation-tuple.ts';
import type { Revision } from './revision.ts';

/** All tuples of one revision that match a query. */
export interface TupleExport {
  readonly revision: Revision;
  /** In the order of listings, a bounded number at a time. To be iterated once. */
  readonly pages: AsyncIterable<readonly RelationTuple[]>;
}

/** Reads tuples in numbers that no single page holds. */
export interface BulkTupleReader {
  /** How many tuples match, at one revision. */
  countTuples(
    query: RelationQuery,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<{ readonly count: number; readonly revision: Revision }>;
  /**
   * The tuples that match at the newest revision. Whoever iterates may take any time: nothing waits for it and no
   * transaction is open meanwhile. What others change in between is kept in memory as far as it is still to come.
   * Iterating throws SthenoError `aborted` when too much changed, or when the change log no longer has it.
   */
  exportTuples(query: RelationQuery, options?: { signal?: AbortSignal | undefined }): Promise<TupleExport>;
}
