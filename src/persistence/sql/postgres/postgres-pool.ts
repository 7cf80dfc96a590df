import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { SthenoError } from '../../../errors.ts';
import { DsnError } from '../dsn-error.ts';
import type { PostgresDsn } from './postgres-dsn.ts';
import { toSthenoError } from './postgres-errors.ts';
import type { TimedQuery } from './timed-query.ts';

/** How long a connection beyond `max_idle_conns` stays open when `max_conn_idle_time` is not given. */
const SURPLUS_IDLE_TIME_MS = 10_000;

/**
 * Every statement here is made to walk along an index and is prepared once, long before
 * the tables have their size: with these settings the plan of the first day is the plan
 * of every day. The planner would otherwise choose scans while the tables are small and
 * keep them, and compile plans to machine code for costs that never arise.
 */
const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['plan_cache_mode', 'force_generic_plan'],
  ['enable_seqscan', 'off'],
  ['enable_bitmapscan', 'off'],
  ['jit', 'off'],
  // A commit that is one statement must see what was committed while it waited for its turn.
  ['default_transaction_isolation', 'read committed'],
];

/**
 * Opens a pool and makes sure that the server answers and is PostgreSQL.
 * @throws SthenoError `unavailable` when it does not answer; {DsnError} when it is CockroachDB
 */
export async function openPostgresPool(dsn: PostgresDsn): Promise<pg.Pool> {
  // The driver knows no `prefer`: what the server offers is tried out once.
  if (dsn.sslMode !== 'prefer') return openPool(dsn, { tls: dsn.sslMode !== 'disable' });
  try {
    return await openPool(dsn, { tls: true });
  } catch (error) {
    if (!(error instanceof SthenoError && offersNoTls(error.cause))) throw error;
    return openPool(dsn, { tls: false });
  }
}

async function openPool(dsn: PostgresDsn, options: { tls: boolean }): Promise<pg.Pool> {
  const pool = new pg.Pool(await toPoolConfig(dsn, options));
  // An idle connection that the server closed leaves the pool by itself; the next request opens another.
  pool.on('error', () => {});
  // One in use fails the query on it; without a listener its event would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    const { rows } = await pool.query<{ version: string }>('SELECT version() AS version');
    if (rows[0]?.version.includes('CockroachDB')) {
      throw new DsnError(
        'DSN scheme postgres:// declares a PostgreSQL database but the server is CockroachDB. ' +
          'CockroachDB is not supported: use PostgreSQL or SQLite',
      );
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw error instanceof DsnError ? error : toSthenoError(error);
  }
}

function offersNoTls(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'The server does not support SSL connections';
}

async function toPoolConfig(dsn: PostgresDsn, { tls }: { tls: boolean }): Promise<pg.PoolConfig> {
  const { host, port, user, password, database, options, pool } = dsn;
  const settings = new Map([...SETTINGS, ...dsn.settings]);
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(options !== undefined && { options }),
    ssl: tls && (await toTlsOptions(dsn)),
    connectionTimeoutMillis: dsn.connectTimeoutMs,
    keepAlive: true,
    max: pool.maxConnections,
    // With an idle time of their own all connections end by it, else only those beyond max_idle_conns.
    min: pool.maxIdleTimeMs > 0 ? 0 : Math.min(pool.maxIdleConnections, pool.maxConnections),
    idleTimeoutMillis: pool.maxIdleTimeMs > 0 ? pool.maxIdleTimeMs : SURPLUS_IDLE_TIME_MS,
    maxLifetimeSeconds: pool.maxLifetimeMs / 1000,
    types: { getTypeParser },
    onConnect: async (client) => {
      const query: pg.QueryConfig & TimedQuery = {
        text: 'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)',
        values: [[...settings.keys()], [...settings.values()]],
        query_timeout: dsn.connectTimeoutMs,
      };
      await client.query(query);
    },
  };
}

async function toTlsOptions({ sslMode, sslFiles }: PostgresDsn): Promise<ConnectionOptions> {
  const [ca, cert, key] = await Promise.all([sslFiles.ca, sslFiles.cert, sslFiles.key].map(readOptional));
  const files = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  if (sslMode === 'verify-full') return files;
  // As libpq: with a root certificate `require` means `verify-ca`, which does not look at the host's name.
  if (sslMode === 'verify-ca' || (sslMode === 'require' && ca !== undefined)) {
    return { ...files, checkServerIdentity: () => undefined };
  }
  return { ...files, rejectUnauthorized: false };
}

/** @throws {DsnError} when the file cannot be read */
async function readOptional(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DsnError('a certificate or key file of the postgres dsn cannot be read', { cause });
  }
}

/** Type of PostgreSQL's bigint. Revisions and network numbers stay below 2^53, so they are numbers here. */
const BIGINT_OID = 20;

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === BIGINT_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format);
}
