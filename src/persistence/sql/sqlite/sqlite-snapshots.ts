import type { CallOptions, SqlSession } from '../sql-database.ts';

/** How a SQLite database gives readers a state that lasts over several calls, and what writes must wait for. */
export interface SqliteSnapshots {
  run<T>(read: (session: SqlSession) => Promise<T>, options: CallOptions): Promise<T>;
  /** Starts `write` as soon as no reader would see it. */
  write<T>(write: () => Promise<T>, options: CallOptions): Promise<T>;
  close(): void;
}
