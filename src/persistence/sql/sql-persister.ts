import type { RelationQuery, TupleDelta } from '../../tuple/relation-tuple.ts';
import type { Change } from '../change-feed.ts';
import type { Persister } from '../persister.ts';
import type { PolicyDocuments } from '../policy-documents.ts';
import type { Revision } from '../revision.ts';
import type { Facts, Frontier, ListOptions, TuplePage, TupleReader } from '../tuple-reader.ts';
import type { WriteResult } from '../tuple-writer.ts';
import { throwIfAborted } from './abort.ts';
import { parseTupleChanges, TUPLE_CHANGES } from './change-payload.ts';
import type { Migrator } from './migrator.ts';
import type { CallOptions, SqlDatabase, SqlRow, SqlSession } from './sql-database.ts';
import { SqlPolicyDocuments } from './sql-policy-documents.ts';
import { SqlTupleReader } from './sql-tuple-reader.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { Statements } from './statements.ts';
import { toTupleFilter } from './tuple-filter.ts';
import { planWrite } from './write-plan.ts';
import { WriteQueue } from './write-queue.ts';

/** The persister of a SQL database; what differs between databases is behind `SqlDatabase`. */
export class SqlPersister implements Persister {
  readonly networkId: Uint8Array;
  readonly policyDocuments: PolicyDocuments;
  readonly #database: SqlDatabase;
  readonly #migrator: Migrator;
  readonly #statements: Statements;
  readonly #newest: SqlTupleReader;
  readonly #writes: WriteQueue;

  /** Takes the database over: disposing the persister disposes it. The migrator works through the same connections. */
  constructor({ database, migrator }: { database: SqlDatabase; migrator: Migrator }) {
    this.networkId = database.network.id;
    this.policyDocuments = new SqlPolicyDocuments({ database });
    this.#database = database;
    this.#migrator = migrator;
    this.#statements = new Statements(database.builder);
    this.#newest = this.#readerOf(database.newest);
    this.#writes = new WriteQueue({ commit: (plan, options) => database.commit({ kind: 'deltas', plan }, options) });
  }

  readRevision(options?: CallOptions): Promise<Revision> {
    return this.#newest.readRevision(options);
  }

  readFacts(frontier: Frontier, options?: CallOptions): Promise<Facts> {
    return this.#newest.readFacts(frontier, options);
  }

  listTuples(query: RelationQuery, options: ListOptions): Promise<TuplePage> {
    return this.#newest.listTuples(query, options);
  }

  readSnapshot<T>(read: (reader: TupleReader) => Promise<T>, options: CallOptions = {}): Promise<T> {
    return this.#database.snapshot((session) => read(this.#readerOf(session)), options);
  }

  async writeTuples(deltas: readonly TupleDelta[], options: CallOptions = {}): Promise<WriteResult> {
    throwIfAborted(options.signal);
    return this.#writes.write(planWrite(deltas), options);
  }

  async deleteTuples(query: RelationQuery, options: CallOptions = {}): Promise<WriteResult> {
    const filter = toTupleFilter(query);
    const values = new Map<string, SqlValue>([...filter, ['nid', this.#database.network.nid]]);
    const statement = bindStatement(this.#statements.deletion([...filter.keys()]), values);
    return this.#database.commit({ kind: 'delete', statement }, options);
  }

  async readChanges(after: Revision, { limit, signal }: { limit: number } & CallOptions): Promise<readonly Change[]> {
    const values = new Map<string, SqlValue>([
      ['nid', this.#database.network.nid],
      ['after', after],
      ['limit', limit],
    ]);
    const rows = await this.#database.newest.query(bindStatement(this.#statements.changes(), values), { signal });
    return rows.map(toChange);
  }

  async ping(options: CallOptions = {}): Promise<void> {
    await this.#newest.readRevision(options);
  }

  /** The migrations that the database still lacks, as `VERSION_NAME`. */
  pendingMigrations(): Promise<readonly string[]> {
    return this.#migrator.pending();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }

  #readerOf(session: SqlSession): SqlTupleReader {
    return new SqlTupleReader({ nid: this.#database.network.nid, session, statements: this.#statements });
  }
}

/** A row of `changes`. Kinds other than tuples change no tuple, but count: revisions have no gaps. */
function toChange([revision, committedAt, kind, payload]: SqlRow): Change {
  return {
    revision: Number(revision),
    committedAt: new Date(committedAt as string | Date), // NOT NULL; text in SQLite, a Date from pg
    deltas: kind === TUPLE_CHANGES ? parseTupleChanges(String(payload)) : [],
  };
}
