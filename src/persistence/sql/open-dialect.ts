import type { Dsn } from './dsn.ts';
import { PostgresDialect } from './postgres/postgres-dialect.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { SqliteDialect } from './sqlite/sqlite-dialect.ts';

/** @throws SthenoError `unavailable` when the database cannot be reached or opened */
export function openDialect(dsn: Dsn): Promise<SqlDialect> {
  switch (dsn.kind) {
    case 'sqlite':
      return SqliteDialect.open(dsn);
    case 'postgres':
      return PostgresDialect.open(dsn);
  }
}
