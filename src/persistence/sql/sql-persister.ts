import type { RelationQuery, TupleDelta } from '../../tuple/relation-tuple.ts';
import type { Change, ChangePage, ReadChangesOptions } from '../change-feed.ts';
import type { Persister } from '../persister.ts';
import type { PolicyDocuments } from '../policy-documents.ts';
import type { Revision } from '../revision.ts';
import type { StoredModels } from '../stored-models.ts';
import type { Facts, Frontier, ListOptions, PagePosition, TuplePage, TupleReader } from '../tuple-reader.ts';
import type { ScanPage } from '../tuple-scanner.ts';
import type { WriteResult } from '../tuple-writer.ts';
import { throwIfAborted } from './abort.ts';
import { toChangePage } from './change-page.ts';
import type { Migrator } from './migrator.ts';
import type { CallOptions, Committed, Mutation, SqlDatabase, SqlSession } from './sql-database.ts';
import { SqlPolicyDocuments } from './sql-policy-documents.ts';
import { SqlStoredModels } from './sql-stored-models.ts';
import { SqlTupleReader } from './sql-tuple-reader.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { Statements } from './statements.ts';
import { trimChanges } from './trim-changes.ts';
import { toTupleFilter } from './tuple-filter.ts';
import { DELTAS_PER_TURN, planWrite, planWriteInTurns } from './write-plan.ts';
import { WriteQueue } from './write-queue.ts';

/** A page of changes is held in memory as a whole. */
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** The persister of a SQL database; what differs between databases is behind `SqlDatabase`. */
export class SqlPersister implements Persister {
  readonly networkId: Uint8Array;
  readonly isExclusive: boolean;
  readonly policyDocuments: PolicyDocuments;
  readonly models: StoredModels;
  readonly #database: SqlDatabase;
  readonly #migrator: Migrator;
  readonly #statements: Statements;
  readonly #newest: SqlTupleReader;
  readonly #writes: WriteQueue;
  readonly #listeners = new Set<(change: Change) => void>();

  /** Takes the database over: disposing the persister disposes it. The migrator works through the same connections. */
  constructor({ database, migrator }: { database: SqlDatabase; migrator: Migrator }) {
    this.networkId = database.network.id;
    this.isExclusive = database.isExclusive;
    this.#database = database;
    this.#migrator = migrator;
    this.#statements = new Statements(database.syntax);
    this.#newest = this.#readerOf(database.newest);
    this.#writes = new WriteQueue({ commit: (mutation, options) => this.#commit(mutation, options) });
    this.policyDocuments = new SqlPolicyDocuments({ database, writes: this.#writes });
    this.models = new SqlStoredModels({ database, writes: this.#writes });
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
    const plan = deltas.length > DELTAS_PER_TURN ? await planWriteInTurns(deltas, options) : planWrite(deltas);
    return this.#writes.write(plan, options);
  }

  async deleteTuples(query: RelationQuery, options: CallOptions = {}): Promise<WriteResult> {
    const filter = toTupleFilter(query);
    const values = new Map<string, SqlValue>([...filter, ['nid', this.#database.network.nid]]);
    const fixed = [...filter.keys()];
    throwIfAborted(options.signal);
    return this.#writes.delete(
      {
        matching: bindStatement(this.#statements.matching(fixed), values),
        deletion: bindStatement(this.#statements.deletion(fixed), values),
      },
      options,
    );
  }

  async readChanges(after: Revision, { limit, maxBytes, signal }: ReadChangesOptions): Promise<ChangePage> {
    const bounds = { limit, maxBytes: maxBytes ?? DEFAULT_MAX_BYTES };
    return toChangePage(await this.#database.newest.findChanges(after, bounds, { signal }), after);
  }

  onCommitted(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onHint(listener: (revision: Revision | undefined) => void): () => void {
    return this.#database.watch(listener);
  }

  scanTuples(options: { limit: number; after?: PagePosition | undefined } & CallOptions): Promise<ScanPage> {
    return this.#newest.scanTuples(options);
  }

  trimChanges(options: { committedBefore: Date; limit: number } & CallOptions): Promise<number> {
    const { network, newest } = this.#database;
    return trimChanges({ nid: network.nid, session: newest, statements: this.#statements }, options);
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

  /** Tells of the commit before whoever wrote is told. */
  async #commit(mutation: Mutation, options: CallOptions): Promise<Committed> {
    const committed = await this.#database.commit(mutation, options);
    const { revision, changes, checksum, committedAt } = committed;
    if (committedAt !== undefined) {
      const change = { revision, committedAt, deltas: changes, checksum };
      for (const listener of this.#listeners) listener(change);
    }
    return committed;
  }

  #readerOf(session: SqlSession): SqlTupleReader {
    return new SqlTupleReader({ nid: this.#database.network.nid, session, statements: this.#statements });
  }
}
