import type { MigrationTarget } from '../migration-target.ts';
import type { SqlDatabase } from '../sql-database.ts';
import type { SqlDialect } from '../sql-dialect.ts';
import { MysqlDatabase } from './mysql-database.ts';
import type { MysqlDsn } from './mysql-dsn.ts';
import { MysqlMigrationTarget } from './mysql-migration-target.ts';
import type { MysqlPool } from './mysql-pool.ts';
import { openMysqlPool } from './open-mysql-pool.ts';

export class MysqlDialect implements SqlDialect {
  readonly migrations: MigrationTarget;
  readonly #pool: MysqlPool;

  /** Takes the pool over. */
  constructor({ pool }: { pool: MysqlPool }) {
    this.migrations = new MysqlMigrationTarget({ pool });
    this.#pool = pool;
  }

  static async open(dsn: MysqlDsn): Promise<MysqlDialect> {
    return new MysqlDialect({ pool: await openMysqlPool(dsn) });
  }

  async openDatabase(): Promise<SqlDatabase> {
    const { rows } = await this.#pool.run('SELECT nid, id FROM stheno_networks ORDER BY nid LIMIT 1', []);
    const [network] = rows;
    if (network === undefined) throw new Error('BUG: the database has no network');
    const [nid, id] = network;
    return new MysqlDatabase({ pool: this.#pool, network: { nid: Number(nid), id: id as Buffer } }); // a VARBINARY column
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
