import type SqliteConnection from 'better-sqlite3';
import type { Migration } from '../migration.ts';
import type { MigrationTarget } from '../migration-target.ts';
import { retryWhileBusy } from './sqlite-errors.ts';

export class SqliteMigrationTarget implements MigrationTarget {
  readonly #connection: SqliteConnection.Database;
  readonly #busyTimeoutMs: number;

  constructor({ connection, busyTimeoutMs }: { connection: SqliteConnection.Database; busyTimeoutMs: number }) {
    this.#connection = connection;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  applied(): Promise<ReadonlySet<string>> {
    return this.#retry(() => this.#versions());
  }

  apply({ version, up }: Migration): Promise<void> {
    return this.#underLock(() => {
      this.#connection.exec(CREATE_TABLE);
      if (this.#versions().has(version)) return;
      this.#connection.exec(up);
      this.#connection.prepare(RECORD).run(version);
    });
  }

  revert({ version, down }: Migration): Promise<void> {
    return this.#underLock(() => {
      if (!this.#versions().has(version)) return;
      this.#connection.exec(down);
      this.#connection.prepare(FORGET).run(version);
    });
  }

  #versions(): ReadonlySet<string> {
    if (this.#connection.prepare(HAS_TABLE).get() === undefined) return new Set();
    return new Set(this.#connection.prepare<[], string>('SELECT version FROM stheno_migrations').pluck().all());
  }

  /** Immediate: one process at a time, and each looks again once it has the lock. */
  #underLock(work: () => void): Promise<void> {
    return this.#retry(() => this.#connection.transaction(work).immediate());
  }

  #retry<T>(work: () => T): Promise<T> {
    return retryWhileBusy(work, { busyTimeoutMs: this.#busyTimeoutMs, signal: undefined });
  }
}

const HAS_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'stheno_migrations'";

const CREATE_TABLE =
  'CREATE TABLE IF NOT EXISTS stheno_migrations (version TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT, WITHOUT ROWID';

const RECORD = "INSERT INTO stheno_migrations (version, applied_at) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";

const FORGET = 'DELETE FROM stheno_migrations WHERE version = ?';
