import { readFile } from 'node:fs/promises';
import mysql from 'mysql2';
import { SthenoError } from '../../../errors.ts';
import { DsnError } from '../dsn-error.ts';
import { QUERY_TIMEOUTS, type QueryTimeouts } from '../query-timeouts.ts';
import type { MysqlDsn } from './mysql-dsn.ts';
import { MysqlPool } from './mysql-pool.ts';

/** JSON_TABLE, which answers a whole frontier in one statement, is in MariaDB since 10.6 and in MySQL since 8. */
const OLDEST_MARIADB = [10, 6] as const;
const OLDEST_MYSQL = [8, 0] as const;

/** Every server takes packets of so many bytes, and more has nothing that is asked before the limit is known. */
const PROBE_BYTES = 4096;

/**
 * Opens a pool and makes sure that the server answers and is one that can be used.
 * @throws SthenoError `unavailable` when it does not answer; {DsnError} when it is too old
 */
export async function openMysqlPool(
  dsn: MysqlDsn,
  { readMs: readTimeoutMs }: Pick<QueryTimeouts, 'readMs'> = QUERY_TIMEOUTS,
): Promise<MysqlPool> {
  // What the server offers is tried out once.
  if (dsn.tlsMode !== 'preferred') return openPool(dsn, { readTimeoutMs, tls: dsn.tlsMode !== 'false' });
  try {
    return await openPool(dsn, { readTimeoutMs, tls: true });
  } catch (error) {
    if (!(error instanceof SthenoError && offersNoTls(error.cause))) throw error;
    return openPool(dsn, { readTimeoutMs, tls: false });
  }
}

async function openPool(
  dsn: MysqlDsn,
  { readTimeoutMs, tls }: { readTimeoutMs: number; tls: boolean },
): Promise<MysqlPool> {
  const pool = mysql.createPool(await toPoolOptions(dsn, { tls }));
  // One that fails while nothing runs on it leaves the pool by itself; without a listener its event would end the process.
  pool.on('connection', (connection) => connection.on('error', () => {}));
  try {
    const probe = new MysqlPool({ pool, dsn, maxPacketBytes: PROBE_BYTES, readTimeoutMs });
    const { rows } = await probe.run('SELECT VERSION(), @@max_allowed_packet', []);
    const [version, maxPacketBytes] = rows[0] ?? [];
    requireVersion(String(version));
    return new MysqlPool({ pool, dsn, maxPacketBytes: Number(maxPacketBytes), readTimeoutMs });
  } catch (error) {
    pool.end(() => {});
    throw error;
  }
}

function requireVersion(version: string): void {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  const isMariaDb = /mariadb/i.test(version);
  const oldest = isMariaDb ? OLDEST_MARIADB : OLDEST_MYSQL;
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (!isOld) return;
  const name = isMariaDb ? 'MariaDB' : 'MySQL';
  throw new DsnError(`the server is ${name} ${major}.${minor}: ${name} ${oldest.join('.')} or newer is needed`);
}

function offersNoTls(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'HANDSHAKE_NO_SSL_SUPPORT';
}

async function toPoolOptions(dsn: MysqlDsn, { tls }: { tls: boolean }): Promise<mysql.PoolOptions> {
  const { address, user, password, database, pool } = dsn;
  return {
    ...address,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    database,
    ...(tls && { ssl: await toTlsOptions(dsn) }),
    charset: 'utf8mb4',
    timezone: 'Z',
    // For texts of ours: what takes values is prepared, and that is one statement always.
    multipleStatements: true,
    // A server must not ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    connectTimeout: dsn.connectTimeoutMs,
    enableKeepAlive: true,
    connectionLimit: pool.maxConnections,
    maxIdle: Math.min(pool.maxIdleConnections, pool.maxConnections),
    idleTimeout: pool.maxIdleTimeMs > 0 ? pool.maxIdleTimeMs : Number.POSITIVE_INFINITY,
  };
}

async function toTlsOptions({ tlsMode, tlsFiles }: MysqlDsn): Promise<mysql.SslOptions> {
  const [ca, cert, key] = await Promise.all([tlsFiles.ca, tlsFiles.cert, tlsFiles.key].map(readOptional));
  const isVerified = tlsMode === 'true';
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized: isVerified,
    verifyIdentity: isVerified,
  };
}

/** @throws {DsnError} when the file cannot be read */
async function readOptional(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DsnError('a certificate or key file of the mysql dsn cannot be read', { cause });
  }
}
