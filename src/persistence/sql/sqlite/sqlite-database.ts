import type SqliteConnection from 'better-sqlite3';
import { throwIfAborted } from '../abort.ts';
import { commitGuarded } from '../commit-guarded.ts';
import { commitModel } from '../commit-model.ts';
import { deleteInPages } from '../delete-in-pages.ts';
import type {
  CallOptions,
  Committed,
  Mutation,
  PartialTupleDeletion,
  SqlDatabase,
  SqlSession,
} from '../sql-database.ts';
import type { SqlSyntax } from '../sql-syntax.ts';
import { DELTAS_PER_TURN, type WritePlan } from '../write-plan.ts';
import { appendSqliteChange } from './append-sqlite-change.ts';
import { FileSnapshots } from './file-snapshots.ts';
import { MemorySnapshots } from './memory-snapshots.ts';
import { SqliteCommit } from './sqlite-commit.ts';
import { editSqliteDocument } from './sqlite-document-edit.ts';
import type { SqliteDsn } from './sqlite-dsn.ts';
import { retryWhileBusy } from './sqlite-errors.ts';
import { SqliteSession } from './sqlite-session.ts';
import type { SqliteSnapshots } from './sqlite-snapshots.ts';
import { SQLITE_SYNTAX } from './sqlite-syntax.ts';

/** A SQLite file or memory database: one connection for reads and writes, and others for snapshots. */
export class SqliteDatabase implements SqlDatabase {
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly isExclusive: boolean;
  readonly lease = undefined;
  readonly syntax: SqlSyntax = SQLITE_SYNTAX;
  readonly newest: SqlSession;
  readonly #connection: SqliteConnection.Database;
  readonly #session: SqliteSession;
  readonly #snapshots: SqliteSnapshots;
  readonly #busyTimeoutMs: number;

  /** Takes the connection over. */
  constructor({ connection, network, dsn }: SqliteDatabaseOptions) {
    this.network = network;
    this.isExclusive = dsn.isInMemory;
    this.#connection = connection;
    this.#busyTimeoutMs = dsn.busyTimeoutMs;
    this.#session = new SqliteSession({ connection, nid: network.nid, busyTimeoutMs: dsn.busyTimeoutMs });
    this.#snapshots = dsn.isInMemory
      ? new MemorySnapshots({ connection, session: this.#session })
      : new FileSnapshots({ dsn, nid: network.nid, session: this.#session });
    this.newest = this.#snapshots.newest;
  }

  async snapshot<T>(read: (session: SqlSession) => Promise<T>, options: CallOptions = {}): Promise<T> {
    throwIfAborted(options.signal);
    return this.#snapshots.run(read, options);
  }

  async commit(mutation: Mutation, options: CallOptions = {}): Promise<Committed> {
    const { nid } = this.network;
    switch (mutation.kind) {
      case 'deltas':
        if (mutation.plan.changes.size > DELTAS_PER_TURN) return this.#applyInTurns(mutation.plan, options);
        return this.#transact((commit) => commit.apply(mutation.plan), options);
      case 'guarded':
        return this.#inTurns((session, apply) => {
          return commitGuarded(mutation, { session, apply: () => apply(mutation.plan), ...options });
        }, options);
      case 'delete': {
        const committed = await this.#transact((commit) => commit.deleteFew(mutation), options);
        return committed ?? this.#deleteInTurns({ page: mutation.page, limit: Infinity, onMore: () => {} }, options);
      }
      case 'delete-some':
        return this.#deleteInTurns(mutation, options);
      case 'document':
        return this.#transact(() => editSqliteDocument(this.#session, nid, mutation.edit), options);
      case 'model':
        return this.#snapshots.writeInTurns((session) => {
          const append = async (kind: string, payload: string) => appendSqliteChange(session, nid, kind, payload);
          return commitModel({ nid, session, append, ...options }, mutation.write);
        }, options);
    }
  }

  /** Looks every few milliseconds whether another connection has changed the file: a microsecond of work. */
  watch(onHint: (revision: undefined) => void): () => void {
    if (this.isExclusive) return () => {};
    let known = this.#dataVersion();
    const timer = setInterval(() => {
      if (!this.#connection.open) return;
      const version = this.#dataVersion();
      if (version !== known) onHint(undefined);
      known = version;
    }, WATCH_INTERVAL_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#snapshots.close();
    this.#connection.close();
  }

  #applyInTurns(plan: WritePlan, options: CallOptions): Promise<Committed> {
    return this.#inTurns((_, apply) => apply(plan), options);
  }

  #deleteInTurns(deletion: PartialTupleDeletion, options: CallOptions): Promise<Committed> {
    return this.#inTurns((session, apply) => deleteInPages(deletion, { session, apply, ...options }), options);
  }

  /** Runs `work` in a transaction that others get their turn in between; `apply` carries out a plan in it. */
  #inTurns(
    work: (session: SqlSession, apply: (plan: WritePlan) => Promise<Committed>) => Promise<Committed>,
    options: CallOptions,
  ): Promise<Committed> {
    const { nid } = this.network;
    return this.#snapshots.writeInTurns((session) => {
      const commit = new SqliteCommit({ nid, session });
      return work(session, (plan) => commit.applyInTurns(plan, options));
    }, options);
  }

  /** Runs `work` in a transaction and in one turn, so nothing comes in between. */
  async #transact<T>(work: (commit: SqliteCommit) => T, { signal }: CallOptions): Promise<T> {
    const commit = new SqliteCommit({ nid: this.network.nid, session: this.#session });
    const transaction = this.#connection.transaction(() => work(commit));
    // Immediate: the lock comes first, so that no write is based on a state that is not the newest.
    const attempt = () => retryWhileBusy(() => transaction.immediate(), { busyTimeoutMs: this.#busyTimeoutMs, signal });
    return this.#snapshots.write(attempt, { signal });
  }

  /** Differs from before when another connection changed the file (sqlite.org/pragma.html#pragma_data_version). */
  #dataVersion(): unknown {
    try {
      return this.#session.prepare('PRAGMA data_version').get()?.[0];
    } catch {
      return undefined; // Busy or out of reach: whoever reads will be told.
    }
  }
}

export interface SqliteDatabaseOptions {
  readonly connection: SqliteConnection.Database;
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly dsn: SqliteDsn;
}

/** How soon the commits of other processes are noticed. */
const WATCH_INTERVAL_MS = 20;
