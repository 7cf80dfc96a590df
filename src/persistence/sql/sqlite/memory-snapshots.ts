import { untilAborted } from '../abort.ts';
import type { CallOptions, SqlSession } from '../sql-database.ts';
import type { SqliteSnapshots } from './sqlite-snapshots.ts';

/** A memory database has one connection: its state lasts because writes wait until nobody reads a snapshot. */
export class MemorySnapshots implements SqliteSnapshots {
  readonly #session: SqlSession;
  #readers = 0;
  #waiting: (() => void)[] = [];

  constructor({ session }: { session: SqlSession }) {
    this.#session = session;
  }

  async run<T>(read: (session: SqlSession) => Promise<T>): Promise<T> {
    this.#readers++;
    try {
      return await read(this.#session);
    } finally {
      this.#readers--;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  async write<T>(write: () => Promise<T>, { signal }: CallOptions): Promise<T> {
    while (this.#readers > 0) {
      await untilAborted(new Promise<void>((resolve) => this.#waiting.push(resolve)), signal);
    }
    return write();
  }

  close(): void {}
}
