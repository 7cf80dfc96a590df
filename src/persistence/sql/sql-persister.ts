import type { RelationQuery, TupleDelta } from '../../tuple/relation-tuple.ts';
import type { TupleExport } from '../bulk-tuple-reader.ts';
import type { Change, ChangeKind, ChangePage, ReadChangesOptions } from '../change-feed.ts';
import type { GuardedWrite, GuardedWriteResult } from '../guarded-write.ts';
import type { Persister } from '../persister.ts';
import type { PolicyDocuments } from '../policy-documents.ts';
import type { Revision } from '../revision.ts';
import type { StoredModels } from '../stored-models.ts';
import type { Facts, Frontier, ListOptions, PagePosition, TuplePage, TupleReader } from '../tuple-reader.ts';
import type { ScanPage } from '../tuple-scanner.ts';
import type { PartialDeletion, WriteOptions, WriteResult } from '../tuple-writer.ts';
import { throwIfAborted } from './abort.ts';
import { toChangePage } from './change-page.ts';
import { countTuples } from './count-tuples.ts';
import { exportPages } from './export-pages.ts';
import { planGuarded } from './guarded-plan.ts';
import { compileKeyStatements, type KeyStatements } from './key-statements.ts';
import type { LeaseTimes } from './lease/lease-times.ts';
import { WriterLease } from './lease/writer-lease.ts';
import type { Migrator } from './migrator.ts';
import { addPosition } from './position-values.ts';
import { SharedHints } from './shared-hints.ts';
import type {
  CallOptions,
  CommitOptions,
  Committed,
  Mutation,
  SqlDatabase,
  SqlSession,
  TupleDeletion,
} from './sql-database.ts';
import { SqlPolicyDocuments } from './sql-policy-documents.ts';
import { SqlStoredModels } from './sql-stored-models.ts';
import { SqlTupleReader } from './sql-tuple-reader.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import { Statements } from './statements.ts';
import { trimChanges } from './trim-changes.ts';
import { trimKeys } from './trim-keys.ts';
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
  readonly #keyStatements: KeyStatements;
  readonly #newest: SqlTupleReader;
  readonly #writes: WriteQueue;
  readonly #lease: WriterLease | undefined;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #hints = new SharedHints((onHint) => this.#database.watch(onHint));

  /** Takes the database over: disposing the persister disposes it. The migrator works through the same connections. */
  constructor({ database, migrator, lease }: { database: SqlDatabase; migrator: Migrator; lease?: LeaseOptions }) {
    this.networkId = database.network.id;
    this.isExclusive = database.isExclusive;
    this.#database = database;
    this.#migrator = migrator;
    this.#statements = new Statements(database.syntax);
    this.#keyStatements = compileKeyStatements(database.syntax);
    this.#newest = this.#readerOf(database.newest);
    this.#lease = database.lease && new WriterLease({ mayHold: false, ...lease, table: database.lease });
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

  async countTuples(
    query: RelationQuery,
    options: CallOptions = {},
  ): Promise<{ readonly count: number; readonly revision: Revision }> {
    const context = { nid: this.#database.network.nid, statements: this.#statements, ...options };
    return this.#database.snapshot(async (session) => {
      const revision = await this.#readerOf(session).readRevision(options);
      return { count: await countTuples(toTupleFilter(query), { ...context, session }), revision };
    }, options);
  }

  async exportTuples(query: RelationQuery, options: CallOptions = {}): Promise<TupleExport> {
    const revision = await this.#newest.readRevision(options);
    return { revision, pages: exportPages({ query, revision }, { reader: this.#newest, feed: this, ...options }) };
  }

  async writeTuples(deltas: readonly TupleDelta[], options: WriteOptions = {}): Promise<WriteResult> {
    throwIfAborted(options.signal);
    // A few are queued at once, so that the order of calls is the order of commits.
    const plan = deltas.length > DELTAS_PER_TURN ? await planWriteInTurns(deltas, options) : planWrite(deltas);
    if (options.after !== undefined) await options.after;
    return this.#writes.write(plan, options);
  }

  async writeGuarded(write: GuardedWrite, options: CallOptions = {}): Promise<GuardedWriteResult> {
    throwIfAborted(options.signal);
    const { deltas } = write;
    const plan = deltas.length > DELTAS_PER_TURN ? await planWriteInTurns(deltas, options) : planWrite(deltas);
    let answer: GuardedWriteResult | undefined;
    const guarded = planGuarded(write, plan, {
      nid: this.#database.network.nid,
      statements: this.#statements,
      keyStatements: this.#keyStatements,
      onAnswer: (given) => {
        answer = given;
      },
    });
    await this.#writes.guarded(guarded, options);
    if (answer === undefined) throw new Error('BUG: a write was committed without an answer');
    return answer;
  }

  async deleteTuples(query: RelationQuery, options: CallOptions = {}): Promise<WriteResult> {
    throwIfAborted(options.signal);
    return this.#writes.delete(this.#deletionOf(query), options);
  }

  async deleteSome(
    query: RelationQuery,
    { limit, ...options }: { limit: number } & CallOptions,
  ): Promise<PartialDeletion> {
    throwIfAborted(options.signal);
    let hasMore = false;
    const onMore = (does: boolean): void => {
      hasMore = does;
    };
    const { page } = this.#deletionOf(query);
    const result = await this.#writes.deleteSome({ page, limit, onMore }, options);
    return { ...result, hasMore };
  }

  async readChanges(after: Revision, { limit, maxBytes, signal }: ReadChangesOptions): Promise<ChangePage> {
    const bounds = { limit, maxBytes: maxBytes ?? DEFAULT_MAX_BYTES };
    const noteNewest = this.#lease?.reading();
    const found = await this.#database.newest.findChanges(after, bounds, { signal });
    noteNewest?.(found.newest);
    return toChangePage(found, after);
  }

  soleNewest(): Revision | undefined {
    return this.#lease?.soleNewest();
  }

  /** Whether this process has the right to write to itself now; undefined where that is not lent. */
  get isLeaseHeld(): boolean | undefined {
    return this.#lease?.isHeld;
  }

  onCommitted(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onHint(listener: (revision: Revision | undefined) => void): () => void {
    return this.#hints.add(listener);
  }

  scanTuples(options: { limit: number; after?: PagePosition | undefined } & CallOptions): Promise<ScanPage> {
    return this.#newest.scanTuples(options);
  }

  /** Takes the idempotency keys of that time as well, about as many at once. */
  async trimChanges(options: { committedBefore: Date; limit: number } & CallOptions): Promise<number> {
    const { network, newest } = this.#database;
    const common = { nid: network.nid, session: newest };
    const keys = await trimKeys({ ...common, statements: this.#keyStatements }, options);
    const changes = await trimChanges({ ...common, statements: this.#statements }, options);
    return Math.max(keys, changes);
  }

  async ping(options: CallOptions = {}): Promise<void> {
    await this.#newest.readRevision(options);
  }

  /** The migrations that the database still lacks, as `VERSION_NAME`. */
  pendingMigrations(): Promise<readonly string[]> {
    return this.#migrator.pending();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease?.[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  #commit(mutation: Mutation, options: CallOptions): Promise<Committed> {
    const commit = (writer?: string): Promise<Committed> => this.#commitAs(mutation, { writer, ...options });
    return this.#lease?.write(commit, options) ?? commit();
  }

  /** Tells of the commit before whoever wrote is told. */
  async #commitAs(mutation: Mutation, options: CommitOptions): Promise<Committed> {
    const committed = await this.#database.commit(mutation, options);
    const { revision, changes, checksum, committedAt } = committed;
    if (committedAt !== undefined) {
      const change = { revision, committedAt, kind: kindOf(mutation), deltas: changes, checksum };
      for (const listener of this.#listeners) listener(change);
    }
    return committed;
  }

  #deletionOf(query: RelationQuery): TupleDeletion {
    const filter = toTupleFilter(query);
    const values = new Map<string, SqlValue>([...filter, ['nid', this.#database.network.nid]]);
    const fixed = [...filter.keys()];
    return {
      matching: bindStatement(this.#statements.matching(fixed), values),
      deletion: bindStatement(this.#statements.deletion(fixed), values),
      page: (after, limit) => {
        const paged = new Map<string, SqlValue>([...values, ['limit', limit]]);
        if (after !== undefined) addPosition(paged, after);
        return bindStatement(this.#statements.scan({ fixed, resumes: after !== undefined }), paged);
      },
    };
  }

  #readerOf(session: SqlSession): SqlTupleReader {
    return new SqlTupleReader({ nid: this.#database.network.nid, session, statements: this.#statements });
  }
}

/** Whether a process may hold the lease of writing. Default: it gives way to those who do. */
export interface LeaseOptions {
  readonly mayHold: boolean;
  readonly times?: LeaseTimes;
}

/** As the row of the change log says it, too. */
function kindOf(mutation: Mutation): ChangeKind {
  switch (mutation.kind) {
    case 'document':
      return 'policies';
    case 'model':
      return 'model';
    case 'deltas':
    case 'guarded':
    case 'delete':
    case 'delete-some':
      return 'tuples';
  }
}
