import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { createMariaDb, createPostgres, createSqliteFile, missesMariaDb } from '../support/databases.ts';

/** The tables that Keto's migrations leave behind, as far as names can clash. */
const KETO_TABLES = [
  'CREATE TABLE schema_migration (version VARCHAR(48) NOT NULL, version_self INT NOT NULL DEFAULT 0)',
  'CREATE TABLE networks (id CHAR(36) NOT NULL PRIMARY KEY)',
  'CREATE TABLE keto_uuid_mappings (id CHAR(36) NOT NULL PRIMARY KEY, string_representation TEXT NOT NULL)',
  'CREATE TABLE keto_relation_tuples (shard_id CHAR(36) NOT NULL, nid CHAR(36) NOT NULL, namespace VARCHAR(200))',
  "INSERT INTO networks VALUES ('keto')",
  "INSERT INTO schema_migration (version) VALUES ('20220513200300000000')",
];

for (const { name, create, execute } of [
  { name: 'SQLite', create: createSqliteFile, execute: executeOnSqlite },
  { name: 'PostgreSQL', create: createPostgres, execute: executeOnPostgres },
  ...(missesMariaDb() === undefined ? [{ name: 'MariaDB', create: createMariaDb, execute: executeOnMariaDb }] : []),
]) {
  describe(`a ${name} database that Keto used`, () => {
    it('takes our tables beside its own, and gives them back', async () => {
      await using database = await create();
      for (const statement of KETO_TABLES) await execute(database.dsn, statement);
      await using migrator = await Migrator.open({ dsn: database.dsn });
      await migrator.up();
      {
        await using persister = await openPersister({ dsn: database.dsn });
        const tuple = { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: 'u' } } as const;
        await persister.writeTuples([{ action: 'insert', tuple }]);
        assert.deepEqual((await persister.listTuples({}, { limit: 2 })).tuples, [tuple]);
      }
      await migrator.down(0);
      assert.deepEqual(await execute(database.dsn, 'SELECT id FROM networks'), [{ id: 'keto' }]);
      assert.equal((await execute(database.dsn, 'SELECT version FROM schema_migration')).length, 1);
    });
  });
}

async function executeOnSqlite(dsn: string, statement: string): Promise<unknown[]> {
  const database = new Database(dsn.replace(/^sqlite:\/\/|\?.*$/g, ''));
  try {
    const prepared = database.prepare(statement);
    if (prepared.reader) return prepared.all();
    prepared.run();
    return [];
  } finally {
    database.close();
  }
}

async function executeOnPostgres(dsn: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(statement);
    // CHAR(36) comes back padded.
    return rows.map((row) => (typeof row.id === 'string' ? { id: row.id.trim() } : row));
  } finally {
    await client.end();
  }
}

async function executeOnMariaDb(dsn: string, statement: string): Promise<unknown[]> {
  const connection = await mysql.createConnection(dsn.replace(/\?.*$/, ''));
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(statement);
    return Array.isArray(rows) ? rows.map((row) => ({ ...row })) : [];
  } finally {
    await connection.end();
  }
}
