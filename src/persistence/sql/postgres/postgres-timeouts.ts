/**
 * How long the driver waits for an answer on a connection that stands. They are there for a server that is frozen or
 * cut off without a word, not for one that is slow: the database's own `statement_timeout` is for that.
 */
export interface PostgresTimeouts {
  /** Of a statement that reads. */
  readonly readMs: number;
  /** Of a commit, the wait for the commits before it included. */
  readonly commitMs: number;
  /** Of a statement of a transaction that writes: it may delete or insert very many tuples. */
  readonly writeMs: number;
}

/** The driver's option of a single query, which its types do not know. */
export interface TimedQuery {
  readonly query_timeout: number;
}

export const POSTGRES_TIMEOUTS: PostgresTimeouts = { readMs: 30_000, commitMs: 60_000, writeMs: 300_000 };
