import { SthenoError } from '../../../errors.ts';
import type { Revision } from '../../revision.ts';
import { throwIfAborted, untilAborted } from '../abort.ts';
import { commitGuarded } from '../commit-guarded.ts';
import { commitModel } from '../commit-model.ts';
import { deleteInPages } from '../delete-in-pages.ts';
import { QUERY_TIMEOUTS, type QueryTimeouts } from '../query-timeouts.ts';
import { retryConflicts } from '../retry-conflicts.ts';
import type { CallOptions, Committed, Mutation, SqlDatabase, SqlSession } from '../sql-database.ts';
import type { SqlSyntax } from '../sql-syntax.ts';
import type { WritePlan } from '../write-plan.ts';
import { appendMysqlChange } from './append-mysql-change.ts';
import { type LockedHead, MysqlCommit } from './mysql-commit.ts';
import type { MysqlConnection } from './mysql-connection.ts';
import { editMysqlDocument } from './mysql-document-edit.ts';
import type { MysqlPool } from './mysql-pool.ts';
import { MysqlSession } from './mysql-session.ts';
import { MYSQL_SYNTAX } from './mysql-syntax.ts';

/** How soon the commits of other processes are noticed: there is nothing that tells of them. */
const WATCH_INTERVAL_MS = 50;

/** The level holds for the next transaction only. In a statement of its own each would see the state of its own moment. */
const BEGIN_SNAPSHOT =
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY';

/** Each statement sees what was committed before it, and no gap between rows is locked. */
const BEGIN_WRITE = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION';

/** A MySQL or MariaDB database behind a pool of connections. */
export class MysqlDatabase implements SqlDatabase {
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly isExclusive = false;
  readonly lease = undefined;
  readonly syntax: SqlSyntax = MYSQL_SYNTAX;
  readonly newest: SqlSession;
  readonly #pool: MysqlPool;
  readonly #timeouts: QueryTimeouts;
  readonly #watches = new Set<NodeJS.Timeout>();

  /** Takes the pool over. */
  constructor({ pool, network, timeouts = QUERY_TIMEOUTS }: MysqlDatabaseOptions) {
    this.network = network;
    this.#pool = pool;
    this.#timeouts = timeouts;
    this.newest = new MysqlSession({ executor: pool, nid: network.nid });
  }

  snapshot<T>(read: (session: SqlSession) => Promise<T>, { signal }: CallOptions = {}): Promise<T> {
    const { nid } = this.network;
    const options = { signal, timeoutMs: this.#timeouts.readMs };
    return this.#transact(BEGIN_SNAPSHOT, (executor) => read(new MysqlSession({ executor, nid })), options);
  }

  commit(mutation: Mutation, { signal }: CallOptions = {}): Promise<Committed> {
    const { writeMs: timeoutMs, commitMs } = this.#timeouts;
    const work = (connection: MysqlConnection) => this.#apply(connection, mutation, signal);
    return retryConflicts(() => this.#transact(BEGIN_WRITE, work, { signal, timeoutMs, commitMs }), signal);
  }

  /** Asks for the newest revision every few milliseconds: one look-up. */
  watch(onHint: (revision: Revision | undefined) => void): () => void {
    let known: Revision | undefined;
    let isAsking = false;
    const ask = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      const revision = await this.#readRevision().catch(() => undefined); // Out of reach: whoever reads will be told.
      if (revision !== undefined && known !== undefined && revision !== known) onHint(revision);
      known = revision ?? known;
      isAsking = false;
    };
    const timer = setInterval(() => void ask(), WATCH_INTERVAL_MS);
    timer.unref();
    this.#watches.add(timer);
    void ask();
    return () => {
      clearInterval(timer);
      this.#watches.delete(timer);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#watches) clearInterval(timer);
    await this.#pool[Symbol.asyncDispose]();
  }

  async #readRevision(): Promise<Revision> {
    const { rows } = await this.#pool.run('SELECT revision FROM heads WHERE nid = ?', [this.network.nid]);
    return Number(rows[0]?.[0]);
  }

  async #apply(connection: MysqlConnection, mutation: Mutation, signal: AbortSignal | undefined): Promise<Committed> {
    const { nid } = this.network;
    const session = new MysqlSession({ executor: connection, nid });
    const head = await lockHead(session, nid, signal);
    if (mutation.kind === 'model') {
      const append = (kind: string, text: string) => appendMysqlChange(session, { nid, head, signal }, kind, text);
      return commitModel({ nid, session, append, signal }, mutation.write);
    }
    const { maxPacketBytes } = connection;
    const commit = new MysqlCommit({ nid, session, head, maxPacketBytes, signal });
    const apply = (plan: WritePlan): Promise<Committed> => commit.applyPlan(plan);
    switch (mutation.kind) {
      case 'deltas':
        return apply(mutation.plan);
      case 'guarded':
        return commitGuarded(mutation, { session, apply: () => apply(mutation.plan), signal });
      case 'delete':
        return commit.deleteMatching(mutation);
      case 'delete-some':
        return deleteInPages(mutation, { session, apply, signal });
      case 'document':
        return editMysqlDocument(session, { nid, head, signal }, mutation.edit);
    }
  }

  /**
   * Runs `work` in a transaction, which is taken back when it fails or is aborted, without the caller waiting for it.
   * Without `commitMs` it only reads.
   */
  async #transact<T>(
    begin: string,
    work: (connection: MysqlConnection) => Promise<T>,
    { signal, timeoutMs, commitMs }: { signal: AbortSignal | undefined; timeoutMs: number; commitMs?: number },
  ): Promise<T> {
    const connection = await this.#take(timeoutMs, signal);
    try {
      await untilAborted(connection.control(begin), signal);
      const result = await work(connection);
      throwIfAborted(signal);
      // From here on it is too late to abort: the outcome is the database's.
      if (commitMs === undefined) await connection.control('COMMIT');
      else await connection.commit(commitMs);
      connection.release();
      return result;
    } catch (error) {
      takeBack(connection, error);
      throw error;
    }
  }

  async #take(timeoutMs: number, signal: AbortSignal | undefined): Promise<MysqlConnection> {
    throwIfAborted(signal);
    const taking = this.#pool.take({ timeoutMs });
    try {
      return await untilAborted(taking, signal);
    } catch (error) {
      taking.then(
        (connection) => connection.release(),
        () => {}, // The same failure reaches the caller.
      );
      throw error;
    }
  }
}

export interface MysqlDatabaseOptions {
  readonly pool: MysqlPool;
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly timeouts?: QueryTimeouts;
}

/** A statement that is still under way may be waiting for a lock: its connection is given up. */
function takeBack(connection: MysqlConnection, error: unknown): void {
  const isLost = error instanceof SthenoError && error.code === 'unavailable';
  if (isLost || connection.isBusy) {
    connection.destroy();
    return;
  }
  connection.control('ROLLBACK').then(
    () => connection.release(),
    () => connection.destroy(),
  );
}

/** Locks the row of the network's head, behind everybody who has it. */
async function lockHead(session: MysqlSession, nid: number, signal: AbortSignal | undefined): Promise<LockedHead> {
  const [row] = await session.query({ text: LOCK_HEAD, values: [nid] }, { signal });
  if (row === undefined) throw new Error('BUG: the network has no head');
  const [revision, checksum, policyRevision, now] = row;
  return {
    revision: Number(revision),
    checksum: checksum === null ? null : String(checksum),
    policyRevision: Number(policyRevision),
    now: now as Date, // a DATETIME
  };
}

/** SYSDATE, unlike UTC_TIMESTAMP, is the time after the wait. The session's time zone is UTC. */
const LOCK_HEAD = 'SELECT revision, checksum, policy_revision, SYSDATE(3) FROM heads WHERE nid = ? FOR UPDATE';
