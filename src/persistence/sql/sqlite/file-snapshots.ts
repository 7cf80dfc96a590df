import type SqliteConnection from 'better-sqlite3';
import { untilAborted } from '../abort.ts';
import type { CallOptions, SqlSession } from '../sql-database.ts';
import { openSqliteConnection } from './open-sqlite-connection.ts';
import type { SqliteDsn } from './sqlite-dsn.ts';
import { retryWhileBusy } from './sqlite-errors.ts';
import { SqliteSession } from './sqlite-session.ts';
import type { SqliteSnapshots } from './sqlite-snapshots.ts';
import { transactInTurns } from './transact-in-turns.ts';
import { Turnstile } from './turnstile.ts';

/**
 * A file has a connection for each snapshot, in a read transaction: in WAL mode writes go on
 * beside it. A write that takes many turns has one as well.
 */
export class FileSnapshots implements SqliteSnapshots {
  readonly newest: SqlSession;
  readonly #dsn: SqliteDsn;
  readonly #nid: number;
  readonly #idle: SqliteConnection.Database[] = [];
  readonly #turnstile = new Turnstile();
  #open = 0;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor({ dsn, nid, session }: { dsn: SqliteDsn; nid: number; session: SqlSession }) {
    this.newest = session;
    this.#dsn = dsn;
    this.#nid = nid;
  }

  async run<T>(read: (session: SqlSession) => Promise<T>, { signal }: CallOptions): Promise<T> {
    const connection = await this.#take(signal);
    const { busyTimeoutMs } = this.#dsn;
    try {
      await retryWhileBusy(() => connection.exec('BEGIN'), { busyTimeoutMs, signal });
      return await read(new SqliteSession({ connection, nid: this.#nid, busyTimeoutMs }));
    } finally {
      this.#giveBack(connection);
    }
  }

  async write<T>(write: () => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#turnstile.isBusy) await this.#turnstile.next(options);
    return write();
  }

  async writeInTurns<T>(write: (session: SqliteSession) => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#turnstile.isBusy) await this.#turnstile.next(options);
    return this.#turnstile.pass(async () => {
      const connection = await this.#take(options.signal);
      const { busyTimeoutMs } = this.#dsn;
      const session = new SqliteSession({ connection, nid: this.#nid, busyTimeoutMs });
      try {
        return await transactInTurns(connection, () => write(session), { ...options, busyTimeoutMs });
      } finally {
        this.#giveBack(connection);
      }
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  async #take(signal: AbortSignal | undefined): Promise<SqliteConnection.Database> {
    while (this.#open >= this.#dsn.pool.maxConnections) {
      await untilAborted(new Promise<void>((resolve) => this.#waiting.push(resolve)), signal);
    }
    this.#open++;
    try {
      return this.#idle.pop() ?? (await openSqliteConnection(this.#dsn, { signal }));
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  #giveBack(connection: SqliteConnection.Database): void {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    if (this.#isClosed || this.#idle.length >= this.#dsn.pool.maxIdleConnections) connection.close();
    else this.#idle.push(connection);
    this.#release();
  }

  #release(): void {
    this.#open--;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
