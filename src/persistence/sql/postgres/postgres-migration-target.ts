import type pg from 'pg';
import type { Migration } from '../migration.ts';
import type { MigrationTarget } from '../migration-target.ts';
import { toSthenoError } from './postgres-errors.ts';

/** Key of the advisory lock under which the schema changes; any number that is ours alone in the database. */
const LOCK_KEY = 7_386_937_034;

export class PostgresMigrationTarget implements MigrationTarget {
  readonly #pool: pg.Pool;

  constructor({ pool }: { pool: pg.Pool }) {
    this.#pool = pool;
  }

  applied(): Promise<ReadonlySet<string>> {
    return this.#transact(async (client) => versionsIn(client));
  }

  apply({ version, up }: Migration): Promise<void> {
    return this.#underLock(async (client) => {
      await client.query(CREATE_TABLE);
      if ((await versionsIn(client)).has(version)) return;
      await client.query(up);
      await client.query('INSERT INTO stheno_migrations (version, applied_at) VALUES ($1, clock_timestamp())', [
        version,
      ]);
    });
  }

  revert({ version, down }: Migration): Promise<void> {
    return this.#underLock(async (client) => {
      if (!(await versionsIn(client)).has(version)) return;
      await client.query(down);
      await client.query('DELETE FROM stheno_migrations WHERE version = $1', [version]);
    });
  }

  /** One process at a time, until its transaction ends; each looks again once it has the lock. */
  #underLock(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    return this.#transact(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
      await work(client);
    });
  }

  async #transact<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw toSthenoError(error);
    });
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // Closing the connection takes the transaction back.
      client.release(true);
      throw toSthenoError(error);
    }
  }
}

async function versionsIn(client: pg.PoolClient): Promise<ReadonlySet<string>> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    "SELECT to_regclass('stheno_migrations') IS NOT NULL AS found",
  );
  if (tables[0]?.found !== true) return new Set();
  const { rows } = await client.query<{ version: string }>('SELECT version FROM stheno_migrations');
  return new Set(rows.map(({ version }) => version));
}

const CREATE_TABLE =
  'CREATE TABLE IF NOT EXISTS stheno_migrations (version text PRIMARY KEY, applied_at timestamptz NOT NULL)';
