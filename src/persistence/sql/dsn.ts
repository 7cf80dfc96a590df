import { DsnError } from './dsn-error.ts';
import { type MysqlDsn, parseMysqlDsn } from './mysql/mysql-dsn.ts';
import { type PostgresDsn, parsePostgresDsn } from './postgres/postgres-dsn.ts';
import { parseSqliteDsn, type SqliteDsn } from './sqlite/sqlite-dsn.ts';

/** Where the database is. `isInMemory` ones are made and migrated when they are opened, and lost when closed. */
export type Dsn = SqliteDsn | PostgresDsn | MysqlDsn;

/**
 * Reads a DSN (contract: configuration §3).
 * @throws {DsnError} when its scheme is not supported or it is malformed
 */
export function parseDsn(dsn: string): Dsn {
  if (dsn === 'memory') return parseSqliteDsn('sqlite://:memory:');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(dsn)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'sqlite':
    case 'sqlite3':
      return parseSqliteDsn(dsn);
    case 'postgres':
    case 'postgresql':
    case 'pg':
    case 'pgx':
      return parsePostgresDsn(dsn);
    case 'mysql':
    case 'mariadb':
      return parseMysqlDsn(dsn);
    case undefined:
      throw new DsnError(
        'the dsn has no scheme: use memory, sqlite://PATH, postgres://USER:PASSWORD@HOST/DATABASE ' +
          'or mysql://USER:PASSWORD@tcp(HOST:PORT)/DATABASE',
      );
    default:
      throw new DsnError(`dsn scheme "${scheme}" is not supported: use memory, sqlite, postgres or mysql`);
  }
}
