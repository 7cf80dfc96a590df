import type SqliteConnection from 'better-sqlite3';
import { untilAborted } from '../abort.ts';
import type { CallOptions, SqlSession } from '../sql-database.ts';
import type { SqliteSession } from './sqlite-session.ts';
import type { SqliteSnapshots } from './sqlite-snapshots.ts';
import { transactInTurns } from './transact-in-turns.ts';
import { Turnstile } from './turnstile.ts';
import { WaitingSession } from './waiting-session.ts';

/**
 * A memory database has one connection, which sees its own transaction. So writes wait until
 * nobody reads a snapshot, and while a write takes many turns all readers wait.
 */
export class MemorySnapshots implements SqliteSnapshots {
  readonly newest: SqlSession;
  readonly #connection: SqliteConnection.Database;
  readonly #session: SqliteSession;
  readonly #turnstile = new Turnstile();
  #readers = 0;
  #waiting: (() => void)[] = [];

  constructor({ connection, session }: { connection: SqliteConnection.Database; session: SqliteSession }) {
    this.newest = new WaitingSession({ session, turnstile: this.#turnstile });
    this.#connection = connection;
    this.#session = session;
  }

  async run<T>(read: (session: SqlSession) => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#turnstile.isBusy) await this.#turnstile.next(options);
    this.#readers++;
    try {
      return await read(this.#session);
    } finally {
      this.#readers--;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  async write<T>(write: () => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#isInUse) await this.#nextChange(options);
    return write();
  }

  async writeInTurns<T>(write: (session: SqliteSession) => Promise<T>, options: CallOptions): Promise<T> {
    while (this.#isInUse) await this.#nextChange(options);
    const transaction = { ...options, busyTimeoutMs: 0 }; // There is no other connection.
    return this.#turnstile.pass(() => transactInTurns(this.#connection, () => write(this.#session), transaction));
  }

  close(): void {}

  get #isInUse(): boolean {
    return this.#readers > 0 || this.#turnstile.isBusy;
  }

  async #nextChange(options: CallOptions): Promise<void> {
    if (this.#turnstile.isBusy) return this.#turnstile.next(options);
    await untilAborted(new Promise<void>((resolve) => this.#waiting.push(resolve)), options.signal);
  }
}
