import type mysql from 'mysql2';
import { MysqlConnection, type MysqlExecutor, type MysqlResult, type MysqlValue } from './mysql-connection.ts';
import type { MysqlDsn } from './mysql-dsn.ts';
import { toSthenoError } from './mysql-errors.ts';

/**
 * A statement must not depend on the server's settings. Strict: a value that does not fit is an error. The default level
 * lets each statement see one state; transactions name their own. A wait for a lock is given up early, and then tried
 * again, so that whoever gave up waiting does not keep a connection for long.
 */
const SETTINGS = [
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', autocommit = 1",
].join('; ');
const LOCK_WAIT_TIMEOUT = ['innodb_lock_wait_timeout', 5] as const;

/** Connections to one database, set up alike. */
export class MysqlPool implements MysqlExecutor, AsyncDisposable {
  readonly maxPacketBytes: number;
  readonly #pool: mysql.Pool;
  readonly #dsn: MysqlDsn;
  readonly #readTimeoutMs: number;
  /** When each connection was set up. */
  readonly #openedAt = new WeakMap<mysql.PoolConnection, number>();

  /** Takes the driver's pool over. */
  constructor({ pool, dsn, maxPacketBytes, readTimeoutMs }: MysqlPoolOptions) {
    this.#pool = pool;
    this.#dsn = dsn;
    this.#readTimeoutMs = readTimeoutMs;
    this.maxPacketBytes = maxPacketBytes;
  }

  /** A connection of one's own, to be released or destroyed. @throws SthenoError `unavailable` when there is none */
  async take({ timeoutMs }: { timeoutMs: number }): Promise<MysqlConnection> {
    for (;;) {
      const raw = await this.#connect();
      const openedAt = this.#openedAt.get(raw);
      const { maxLifetimeMs } = this.#dsn.pool;
      if (openedAt !== undefined && maxLifetimeMs > 0 && Date.now() - openedAt > maxLifetimeMs) {
        raw.destroy();
        continue;
      }
      const connection = new MysqlConnection({ connection: raw, maxPacketBytes: this.maxPacketBytes, timeoutMs });
      if (openedAt === undefined) {
        await this.#setUp(connection);
        this.#openedAt.set(raw, Date.now());
      }
      return connection;
    }
  }

  async run(text: string, values: readonly MysqlValue[]): Promise<MysqlResult> {
    const connection = await this.take({ timeoutMs: this.#readTimeoutMs });
    try {
      const result = await connection.run(text, values);
      connection.release();
      return result;
    } catch (error) {
      connection.releaseAfter(error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#pool.end(() => resolve()));
  }

  async #setUp(connection: MysqlConnection): Promise<void> {
    try {
      for (const [name, value] of new Map([LOCK_WAIT_TIMEOUT, ...this.#dsn.variables])) {
        // The name is a word (see the DSN).
        await connection.run(`SET SESSION ${name} = ?`, [value]);
      }
      await connection.control(SETTINGS);
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #connect(): Promise<mysql.PoolConnection> {
    return new Promise((resolve, reject) => {
      // The driver's types have a connection beside an error, too.
      this.#pool.getConnection((error, connection) => (error ? reject(toSthenoError(error)) : resolve(connection)));
    });
  }
}

export interface MysqlPoolOptions {
  readonly pool: mysql.Pool;
  readonly dsn: MysqlDsn;
  readonly maxPacketBytes: number;
  /** How long `run` waits for an answer. */
  readonly readTimeoutMs: number;
}
