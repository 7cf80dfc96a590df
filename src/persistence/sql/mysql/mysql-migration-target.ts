import type { Migration } from '../migration.ts';
import type { MigrationTarget } from '../migration-target.ts';
import type { MysqlConnection } from './mysql-connection.ts';
import type { MysqlPool } from './mysql-pool.ts';

/** How long to wait for another process that changes the schema. */
const LOCK_WAIT_S = 600;

/** A change of a large table takes its time. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/**
 * Changes of the schema commit by themselves. One process at a time changes it; when that was cut off, the next one
 * runs the same migration again, each statement of which can be run again (see migrations/mysql).
 */
export class MysqlMigrationTarget implements MigrationTarget {
  readonly #pool: MysqlPool;

  constructor({ pool }: { pool: MysqlPool }) {
    this.#pool = pool;
  }

  async applied(): Promise<ReadonlySet<string>> {
    const connection = await this.#pool.take({ timeoutMs: STATEMENT_TIMEOUT_MS });
    try {
      return await versionsIn(connection);
    } finally {
      connection.release();
    }
  }

  apply({ version, up }: Migration): Promise<void> {
    return this.#underLock(async (connection) => {
      await connection.control(CREATE_TABLE);
      if ((await versionsIn(connection)).has(version)) return;
      await connection.control(up);
      await connection.run('INSERT INTO stheno_migrations (version, applied_at) VALUES (?, UTC_TIMESTAMP(3))', [
        version,
      ]);
    });
  }

  revert({ version, down }: Migration): Promise<void> {
    return this.#underLock(async (connection) => {
      if (!(await versionsIn(connection)).has(version)) return;
      await connection.control(down);
      await connection.run('DELETE FROM stheno_migrations WHERE version = ?', [version]);
    });
  }

  /** Each looks again once it has the lock. Closing the connection gives it back, whatever happened. */
  async #underLock(work: (connection: MysqlConnection) => Promise<void>): Promise<void> {
    const connection = await this.#pool.take({ timeoutMs: STATEMENT_TIMEOUT_MS });
    try {
      const { rows } = await connection.run(LOCK, [LOCK_WAIT_S]);
      if (Number(rows[0]?.[0]) !== 1) throw new Error('another process has been changing the schema for too long');
      await work(connection);
    } finally {
      connection.destroy();
    }
  }
}

async function versionsIn(connection: MysqlConnection): Promise<ReadonlySet<string>> {
  const { rows: tables } = await connection.run(HAS_TABLE, []);
  if (tables.length === 0) return new Set();
  const { rows } = await connection.run('SELECT version FROM stheno_migrations', []);
  return new Set(rows.map(([version]) => String(version)));
}

/** Names of locks are the server's, and have 64 characters at most. */
const LOCK = "SELECT GET_LOCK(CONCAT('stheno_migrations.', SHA1(DATABASE())), ?)";

const HAS_TABLE =
  "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'stheno_migrations'";

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS stheno_migrations (
  version VARBINARY(32) NOT NULL PRIMARY KEY, applied_at DATETIME(3) NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC`;
