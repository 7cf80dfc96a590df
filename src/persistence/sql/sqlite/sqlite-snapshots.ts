import type { CallOptions, SqlSession } from '../sql-database.ts';
import type { SqliteSession } from './sqlite-session.ts';

/** How a SQLite database gives readers a state that lasts over several calls, and what writes must wait for. */
export interface SqliteSnapshots {
  /** Sees what is committed, and nothing else. */
  readonly newest: SqlSession;
  run<T>(read: (session: SqlSession) => Promise<T>, options: CallOptions): Promise<T>;
  /** Starts `write`, which does its work in one turn, as soon as no reader would see it and no other write is under way. */
  write<T>(write: () => Promise<T>, options: CallOptions): Promise<T>;
  /** Runs a write that takes many turns in a transaction of its own; nobody sees it before it is committed. */
  writeInTurns<T>(write: (session: SqliteSession) => Promise<T>, options: CallOptions): Promise<T>;
  close(): void;
}
