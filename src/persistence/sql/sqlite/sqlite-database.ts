import type SqliteConnection from 'better-sqlite3';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import { throwIfAborted } from '../abort.ts';
import { formatTupleChanges, TUPLE_CHANGES } from '../change-payload.ts';
import type { DocumentEdit } from '../document-edit.ts';
import { restoreFrom } from '../long-strings.ts';
import type { Schema } from '../schema.ts';
import type { CallOptions, Committed, Mutation, SqlDatabase, SqlSession } from '../sql-database.ts';
import type { BoundStatement } from '../statement.ts';
import { digestOf } from '../stored-string.ts';
import { fromStoredTuple, longFormsOf, type StoredTuple } from '../stored-tuple.ts';
import { type PlannedChange, plannedOf, type WritePlan } from '../write-plan.ts';
import { FileSnapshots } from './file-snapshots.ts';
import { MemorySnapshots } from './memory-snapshots.ts';
import { editSqliteDocument } from './sqlite-document-edit.ts';
import type { SqliteDsn } from './sqlite-dsn.ts';
import { retryWhileBusy } from './sqlite-errors.ts';
import { SqliteSession } from './sqlite-session.ts';
import type { SqliteSnapshots } from './sqlite-snapshots.ts';

/** A SQLite file or memory database: one connection for reads and writes, and others for snapshots. */
export class SqliteDatabase implements SqlDatabase {
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly builder: Kysely<Schema>;
  readonly newest: SqlSession;
  readonly #connection: SqliteConnection.Database;
  readonly #session: SqliteSession;
  readonly #snapshots: SqliteSnapshots;
  readonly #busyTimeoutMs: number;

  /** Takes the connection over. */
  constructor({ connection, network, dsn }: SqliteDatabaseOptions) {
    this.network = network;
    this.builder = new Kysely<Schema>({ dialect: COMPILER });
    this.#connection = connection;
    this.#busyTimeoutMs = dsn.busyTimeoutMs;
    this.#session = new SqliteSession({ connection, nid: network.nid, busyTimeoutMs: dsn.busyTimeoutMs });
    this.newest = this.#session;
    this.#snapshots = dsn.isInMemory
      ? new MemorySnapshots({ session: this.#session })
      : new FileSnapshots({ dsn, nid: network.nid });
  }

  async snapshot<T>(read: (session: SqlSession) => Promise<T>, options: CallOptions = {}): Promise<T> {
    throwIfAborted(options.signal);
    return this.#snapshots.run(read, options);
  }

  commit(mutation: Mutation, options: CallOptions = {}): Promise<Committed> {
    return this.#transact(() => this.#mutate(mutation), options);
  }

  editDocument(edit: DocumentEdit, options: CallOptions = {}): Promise<string | undefined> {
    return this.#transact(() => editSqliteDocument(this.#session, this.network.nid, edit), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#snapshots.close();
    this.#connection.close();
  }

  async #transact<T>(work: () => T, { signal }: CallOptions): Promise<T> {
    const transaction = this.#connection.transaction(work);
    // Immediate: the lock comes first, so that no write is based on a state that is not the newest.
    const attempt = () => retryWhileBusy(() => transaction.immediate(), { busyTimeoutMs: this.#busyTimeoutMs, signal });
    return this.#snapshots.write(attempt, { signal });
  }

  #mutate(mutation: Mutation): Committed {
    const changes =
      mutation.kind === 'deltas' ? this.#applyPlan(mutation.plan) : this.#deleteMatching(mutation.statement);
    if (changes.length === 0) return { revision: this.#session.readHead(), changes };
    const revision = this.#moveHead();
    const payload = formatTupleChanges(changes);
    this.#session.prepare(APPEND_CHANGE).run(this.network.nid, revision, TUPLE_CHANGES, payload);
    return { revision, changes };
  }

  #applyPlan(plan: WritePlan): TupleDelta[] {
    for (const [longForm, value] of plan.longStrings) {
      this.#session.prepare(INSERT_STRING).run(digestOf(longForm), Buffer.from(value));
    }
    return [
      ...this.#effective(DELETE_TUPLE, plannedOf(plan, 'delete')),
      ...this.#effective(INSERT_TUPLE, plannedOf(plan, 'insert')),
    ];
  }

  /** Runs a statement for each change; answers those that changed the table. */
  #effective(text: string, planned: readonly PlannedChange[]): TupleDelta[] {
    const statement = this.#session.prepare(text);
    return planned
      .filter(({ stored }) => statement.run(this.network.nid, ...stored).changes === 1)
      .map(({ delta }) => delta);
  }

  #deleteMatching({ text, values }: BoundStatement): TupleDelta[] {
    // The statement returns the six tuple columns.
    const rows = this.#session.prepare(text).all(...values) as unknown as StoredTuple[];
    const digests = new Set(rows.flatMap(longFormsOf).map(digestOf));
    const restore = restoreFrom(this.#session.readStrings([...digests]));
    return rows.map((row) => ({ action: 'delete', tuple: fromStoredTuple(row, restore) }));
  }

  #moveHead(): number {
    const row = this.#session.prepare(MOVE_HEAD).get(this.network.nid);
    if (row === undefined) throw new Error('BUG: the network has no head');
    return Number(row[0]);
  }
}

export interface SqliteDatabaseOptions {
  readonly connection: SqliteConnection.Database;
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly dsn: SqliteDsn;
}

/** Compiles queries and runs none: statements go to the driver, prepared once. */
const COMPILER = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (builder: Kysely<unknown>) => new SqliteIntrospector(builder),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

const MOVE_HEAD = 'UPDATE heads SET revision = revision + 1 WHERE nid = ? RETURNING revision';

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload)
  VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?)`;

const INSERT_STRING = 'INSERT INTO strings (digest, value) VALUES (?, ?) ON CONFLICT DO NOTHING';

const INSERT_TUPLE = `INSERT INTO relation_tuples
    (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

const DELETE_TUPLE = `DELETE FROM relation_tuples
  WHERE nid = ? AND namespace = ? AND object = ? AND relation = ?
    AND subject_namespace = ? AND subject_object = ? AND subject_relation = ?`;
