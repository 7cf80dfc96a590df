import type pg from 'pg';
import { SthenoError } from '../../../errors.ts';
import type { Revision } from '../../revision.ts';
import { throwIfAborted, untilAborted } from '../abort.ts';
import { commitGuarded } from '../commit-guarded.ts';
import { commitModel } from '../commit-model.ts';
import { deleteInPages } from '../delete-in-pages.ts';
import type { LeaseTable } from '../lease/lease-table.ts';
import { QUERY_TIMEOUTS, type QueryTimeouts } from '../query-timeouts.ts';
import { retryConflicts } from '../retry-conflicts.ts';
import type { CallOptions, CommitOptions, Committed, Mutation, SqlDatabase, SqlSession } from '../sql-database.ts';
import type { SqlSyntax } from '../sql-syntax.ts';
import type { WritePlan } from '../write-plan.ts';
import { appendPostgresChange } from './append-postgres-change.ts';
import { cancelQuery } from './cancel-query.ts';
import { CommitNotices } from './commit-notices.ts';
import { commitTuples, fitsOneStatement } from './commit-tuples.ts';
import { NOTIFY_CHANNEL } from './notify-channel.ts';
import { PostgresCommit } from './postgres-commit.ts';
import { editPostgresDocument } from './postgres-document-edit.ts';
import { toCommitError, toSthenoError } from './postgres-errors.ts';
import { PostgresLeaseTable } from './postgres-lease-table.ts';
import { PostgresListener } from './postgres-listener.ts';
import { type Executor, PostgresSession } from './postgres-session.ts';
import { POSTGRES_SYNTAX } from './postgres-syntax.ts';
import type { TimedQuery } from './timed-query.ts';

/** A PostgreSQL database behind a pool of connections. */
export class PostgresDatabase implements SqlDatabase {
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  readonly isExclusive = false;
  readonly lease: LeaseTable;
  readonly syntax: SqlSyntax = POSTGRES_SYNTAX;
  readonly newest: SqlSession;
  readonly #pool: pg.Pool;
  readonly #timeouts: QueryTimeouts;
  readonly #listeners = new Set<PostgresListener>();
  readonly #notices: CommitNotices;
  /** The connection of a commit that has just ended: the writes that waited for it go on there. */
  #kept: pg.PoolClient | undefined;

  /** Takes the pool over. */
  constructor({
    pool,
    network,
    timeouts = QUERY_TIMEOUTS,
  }: {
    pool: pg.Pool;
    network: { readonly nid: number; readonly id: Uint8Array };
    timeouts?: QueryTimeouts;
  }) {
    this.network = network;
    this.#pool = pool;
    this.#timeouts = timeouts;
    this.newest = this.#session(pool, timeouts.readMs);
    this.lease = new PostgresLeaseTable({ session: this.#session(pool, timeouts.readMs), nid: network.nid });
    this.#notices = new CommitNotices({
      networkId: network.id,
      send: (notice) => this.newest.query({ text: NOTIFY, values: [NOTIFY_CHANNEL, notice] }),
    });
  }

  snapshot<T>(read: (session: SqlSession) => Promise<T>, { signal }: CallOptions = {}): Promise<T> {
    const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY';
    const { readMs } = this.#timeouts;
    return this.#transact(begin, (client) => read(this.#session(client, readMs)), { signal, timeoutMs: readMs });
  }

  commit(mutation: Mutation, { writer = NOBODY, signal }: CommitOptions = {}): Promise<Committed> {
    const { nid } = this.network;
    if (mutation.kind === 'deltas' && fitsOneStatement(mutation.plan)) {
      return retryConflicts(() => this.#commitAtOnce(mutation.plan, { writer, signal }), signal);
    }
    const work = (client: pg.PoolClient): Promise<Committed> => {
      const session = this.#session(client, this.#timeouts.writeMs);
      if (mutation.kind === 'model') {
        const append = (kind: string, payload: string) =>
          appendPostgresChange(session, { nid, writer, signal }, kind, payload);
        return commitModel({ nid, session, append, signal }, mutation.write);
      }
      const commit = new PostgresCommit({ nid, writer, session, signal });
      const apply = (plan: WritePlan): Promise<Committed> => commit.applyPlan(plan);
      switch (mutation.kind) {
        case 'deltas':
          return apply(mutation.plan);
        case 'guarded':
          return commitGuarded(mutation, { session, apply: () => apply(mutation.plan), signal });
        case 'delete':
          return commit.deleteMatching(mutation.deletion);
        case 'delete-some':
          return deleteInPages(mutation, { session, apply, signal });
        case 'document':
          return editPostgresDocument(session, mutation.edit, { nid, writer, signal });
      }
    };
    return this.#write(work, { writer, signal });
  }

  watch(onHint: (revision: Revision | undefined) => void): () => void {
    // The pool's options are those of its clients.
    const listener = new PostgresListener({
      connection: this.#pool.options,
      networkId: this.network.id,
      onNotice: onHint,
    });
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      listener.stop().catch(() => {}); // Its connection was lost before.
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#listeners].map((listener) => listener.stop()));
    await this.#notices.flush();
    await this.#pool.end();
  }

  #session(executor: Executor, timeoutMs: number): PostgresSession {
    return new PostgresSession({ executor, nid: this.network.nid, timeoutMs });
  }

  /** Commits by one statement, which is its own transaction. */
  async #commitAtOnce(
    plan: WritePlan,
    { writer, signal }: { writer: string; signal: AbortSignal | undefined },
  ): Promise<Committed> {
    const client = this.#takeKept() ?? (await this.#connect(signal));
    const session = this.#session(client, this.#timeouts.commitMs);
    const notice = this.#notices.next();
    const running = commitTuples(session, plan, { nid: this.network.nid, writer, notice });
    try {
      const committed = await untilAborted(running, signal);
      this.#notices.committed(committed, notice);
      this.#keep(client);
      return committed;
    } catch (error) {
      const committed = signal?.aborted ? await this.#cancel(running, client) : undefined;
      client.release(true);
      if (committed === undefined) throw toCommitError(error);
      return committed;
    }
  }

  #takeKept(): pg.PoolClient | undefined {
    const client = this.#kept;
    this.#kept = undefined;
    return client;
  }

  /** Until the next turn, unless somebody waits for a connection. */
  #keep(client: pg.PoolClient): void {
    if (this.#kept !== undefined || this.#pool.waitingCount > 0) {
      client.release();
      return;
    }
    this.#kept = client;
    setImmediate(() => this.#takeKept()?.release());
  }

  /** Answers what was committed when it was too late to cancel it. */
  #cancel(running: Promise<Committed>, client: pg.PoolClient): Promise<Committed | undefined> {
    const outcome = cancelQuery(running, { client, connection: this.#pool.options });
    return outcome.catch(() => undefined); // Canceled, as was asked.
  }

  /** Runs `work` while it holds the lock of the network's head. */
  #write<T>(
    work: (client: pg.PoolClient) => Promise<T>,
    { writer, signal }: { writer: string; signal: AbortSignal | undefined },
  ): Promise<T> {
    // One round trip: the lock comes before the first statement whose snapshot must be the newest state. Both values are ours.
    const begin = `BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT stheno_lock(${this.network.nid}, '${writer}')`;
    const { writeMs: timeoutMs, commitMs } = this.#timeouts;
    return retryConflicts(() => this.#transact(begin, work, { signal, timeoutMs, commitMs }), signal);
  }

  /**
   * Runs `work` in a transaction. When it fails or is aborted, the transaction is taken
   * back: behind the query that may still run, and without the caller waiting for it.
   * Without `commitMs` it only reads.
   */
  async #transact<T>(
    begin: string,
    work: (client: pg.PoolClient) => Promise<T>,
    { signal, timeoutMs, commitMs }: { signal: AbortSignal | undefined; timeoutMs: number; commitMs?: number },
  ): Promise<T> {
    const client = await this.#connect(signal);
    try {
      await untilAborted(control(client, begin, timeoutMs), signal);
      const result = await work(client);
      throwIfAborted(signal);
      // From here on it is too late to abort: the outcome is the database's.
      if (commitMs === undefined) await control(client, 'COMMIT', timeoutMs);
      else await control(client, 'COMMIT', commitMs, toCommitError);
      client.release();
      return result;
    } catch (error) {
      // What failed in the driver, a time that ran out included, leaves nothing to take back on this connection.
      if (error instanceof SthenoError && error.code === 'unavailable') client.release(true);
      else rollBack(client, timeoutMs);
      throw error;
    }
  }

  async #connect(signal: AbortSignal | undefined): Promise<pg.PoolClient> {
    throwIfAborted(signal);
    const connecting = this.#pool.connect();
    try {
      return await untilAborted(connecting, signal);
    } catch (error) {
      connecting.then(
        (client) => client.release(),
        () => {}, // The same failure reaches the caller below.
      );
      throw toSthenoError(error);
    }
  }
}

/** A transaction that nothing depends on need not wait for the disk. */
const NOTIFY = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

/** Of a server that holds no lease. */
const NOBODY = '';

async function control(
  client: pg.PoolClient,
  text: string,
  timeoutMs: number,
  toError: (error: unknown) => SthenoError = toSthenoError,
): Promise<void> {
  try {
    const query: pg.QueryConfig & TimedQuery = { text, query_timeout: timeoutMs };
    await client.query(query);
  } catch (error) {
    throw toError(error);
  }
}

function rollBack(client: pg.PoolClient, timeoutMs: number): void {
  control(client, 'ROLLBACK', timeoutMs).then(
    () => client.release(),
    (failure: Error) => client.release(failure),
  );
}
