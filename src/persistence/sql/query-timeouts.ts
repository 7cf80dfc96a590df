/**
 * How long the driver of a database server waits for an answer on a connection that stands. They are there for a server
 * that is frozen or cut off without a word, not for one that is slow: servers have settings of their own for that.
 */
export interface QueryTimeouts {
  /** Of a statement that reads. */
  readonly readMs: number;
  /** Of a commit, the wait for the commits before it included. */
  readonly commitMs: number;
  /** Of a statement of a transaction that writes: it may delete or insert very many tuples. */
  readonly writeMs: number;
}

export const QUERY_TIMEOUTS: QueryTimeouts = { readMs: 30_000, commitMs: 60_000, writeMs: 300_000 };
