import mysql from 'mysql2/promise';
import pg from 'pg';
import { openSqliteConnection } from '../../src/persistence/sql/sqlite/open-sqlite-connection.ts';
import { parseSqliteDsn } from '../../src/persistence/sql/sqlite/sqlite-dsn.ts';

/** Runs statements on the database of a DSN, on a connection of its own. */
export async function runSql(dsn: string, text: string): Promise<void> {
  if (dsn.startsWith('sqlite:')) {
    const connection = await openSqliteConnection(parseSqliteDsn(dsn));
    try {
      connection.exec(text);
    } finally {
      connection.close();
    }
    return;
  }
  if (dsn.startsWith('mysql:')) {
    const connection = await mysql.createConnection({ uri: dsn.replace(/\?.*$/, ''), multipleStatements: true });
    try {
      await connection.query(text);
    } finally {
      await connection.end();
    }
    return;
  }
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
