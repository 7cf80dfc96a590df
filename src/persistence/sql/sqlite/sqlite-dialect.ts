import type SqliteConnection from 'better-sqlite3';
import type { MigrationTarget } from '../migration-target.ts';
import type { SqlDatabase } from '../sql-database.ts';
import type { SqlDialect } from '../sql-dialect.ts';
import { openSqliteConnection } from './open-sqlite-connection.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import type { SqliteDsn } from './sqlite-dsn.ts';
import { retryWhileBusy } from './sqlite-errors.ts';
import { SqliteMigrationTarget } from './sqlite-migration-target.ts';

export class SqliteDialect implements SqlDialect {
  readonly migrations: MigrationTarget;
  readonly #dsn: SqliteDsn;
  readonly #connection: SqliteConnection.Database;

  /** Takes the connection over. */
  constructor({ dsn, connection }: { dsn: SqliteDsn; connection: SqliteConnection.Database }) {
    this.migrations = new SqliteMigrationTarget({ connection, busyTimeoutMs: dsn.busyTimeoutMs });
    this.#dsn = dsn;
    this.#connection = connection;
  }

  static async open(dsn: SqliteDsn): Promise<SqliteDialect> {
    return new SqliteDialect({ dsn, connection: await openSqliteConnection(dsn) });
  }

  async openDatabase(): Promise<SqlDatabase> {
    const connection = this.#connection;
    const find = () => connection.prepare<[], { nid: number; id: Buffer }>(OLDEST_NETWORK).get();
    const network = await retryWhileBusy(find, { busyTimeoutMs: this.#dsn.busyTimeoutMs, signal: undefined });
    if (network === undefined) throw new Error('BUG: the database has no network');
    return new SqliteDatabase({ connection, network, dsn: this.#dsn });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
  }
}

const OLDEST_NETWORK = 'SELECT nid, id FROM stheno_networks ORDER BY nid LIMIT 1';
