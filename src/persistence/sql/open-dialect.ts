import type { Dsn } from './dsn.ts';
import type { SqlDialect } from './sql-dialect.ts';

/**
 * Loads one driver only: each takes a good part of the start.
 * @throws SthenoError `unavailable` when the database cannot be reached or opened
 */
export async function openDialect(dsn: Dsn): Promise<SqlDialect> {
  switch (dsn.kind) {
    case 'sqlite': {
      const { SqliteDialect } = await import('./sqlite/sqlite-dialect.ts');
      return SqliteDialect.open(dsn);
    }
    case 'postgres': {
      const { PostgresDialect } = await import('./postgres/postgres-dialect.ts');
      return PostgresDialect.open(dsn);
    }
    case 'mysql': {
      const { MysqlDialect } = await import('./mysql/mysql-dialect.ts');
      return MysqlDialect.open(dsn);
    }
  }
}
