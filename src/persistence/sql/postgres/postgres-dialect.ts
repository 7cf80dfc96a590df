import type pg from 'pg';
import type { MigrationTarget } from '../migration-target.ts';
import type { SqlDatabase } from '../sql-database.ts';
import type { SqlDialect } from '../sql-dialect.ts';
import { PostgresDatabase } from './postgres-database.ts';
import type { PostgresDsn } from './postgres-dsn.ts';
import { toSthenoError } from './postgres-errors.ts';
import { PostgresMigrationTarget } from './postgres-migration-target.ts';
import { openPostgresPool } from './postgres-pool.ts';

export class PostgresDialect implements SqlDialect {
  readonly migrations: MigrationTarget;
  readonly #pool: pg.Pool;

  /** Takes the pool over. */
  constructor({ pool }: { pool: pg.Pool }) {
    this.migrations = new PostgresMigrationTarget({ pool });
    this.#pool = pool;
  }

  static async open(dsn: PostgresDsn): Promise<PostgresDialect> {
    return new PostgresDialect({ pool: await openPostgresPool(dsn) });
  }

  async openDatabase(): Promise<SqlDatabase> {
    const { rows } = await this.#pool.query<{ nid: number; id: Buffer }>(OLDEST_NETWORK).catch((error: unknown) => {
      throw toSthenoError(error);
    });
    const [network] = rows;
    if (network === undefined) throw new Error('BUG: the database has no network');
    return new PostgresDatabase({ pool: this.#pool, network });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

const OLDEST_NETWORK = 'SELECT nid, id FROM stheno_networks ORDER BY nid LIMIT 1';
