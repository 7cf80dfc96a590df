import type { MigrationTarget } from './migration-target.ts';
import type { SqlDatabase } from './sql-database.ts';

/** An opened database, whatever its schema: one implementation a dialect. It owns the connections. */
export interface SqlDialect extends AsyncDisposable {
  readonly migrations: MigrationTarget;
  /**
   * The oldest network of the database (contract: storage §7). The result takes over the
   * connections; `migrations` goes on working until it is disposed.
   * @throws SthenoError `internal` when the schema was never made
   */
  openDatabase(): Promise<SqlDatabase>;
}
