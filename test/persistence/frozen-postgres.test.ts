import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pg from 'pg';
import { SthenoError } from '../../src/errors.ts';
import { loadMigrations } from '../../src/persistence/sql/migration.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { PostgresDatabase } from '../../src/persistence/sql/postgres/postgres-database.ts';
import { PostgresDialect } from '../../src/persistence/sql/postgres/postgres-dialect.ts';
import { parsePostgresDsn } from '../../src/persistence/sql/postgres/postgres-dsn.ts';
import { openPostgresPool } from '../../src/persistence/sql/postgres/postgres-pool.ts';
import { SqlPersister } from '../../src/persistence/sql/sql-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { createPostgres } from '../support/databases.ts';

const TIMEOUTS = { readMs: 200, commitMs: 300, writeMs: 400 };
/** Far less than the times of a server that is in use, which would make these tests hang. */
const LIMIT_MS = 5_000;
const UNAVAILABLE = 'the database is not available';

/** The processes of somebody else's server cannot be stopped from here. */
const skip = process.env.STHENO_TEST_POSTGRES_URL !== undefined && 'the server is not of this machine';

describe('a PostgreSQL server that freezes', { skip }, () => {
  const calls: readonly (readonly [
    what: string,
    call: (persister: SqlPersister) => Promise<unknown>,
    message: string,
  ])[] = [
    ['a read', (persister) => persister.readRevision(), UNAVAILABLE],
    ['a snapshot', (persister) => persister.readSnapshot((reader) => reader.readRevision()), UNAVAILABLE],
    [
      'a commit',
      (persister) => persister.writeTuples(deltas('+n:o#r@a')),
      `${UNAVAILABLE}: the outcome of the write is unknown`,
    ],
    ['a transaction that has not begun', (persister) => persister.deleteTuples({ namespace: 'n' }), UNAVAILABLE],
  ];
  for (const [what, call, message] of calls) {
    it(`holds ${what} for a limited time`, async () => {
      await using database = await createPostgres();
      await using persister = await openSoleConnection(database.dsn);
      await persister.readRevision();
      {
        await using _frozen = await freezeAll(database.dsn);
        const startMs = performance.now();
        await assert.rejects(call(persister), (error) => {
          assert.ok(error instanceof SthenoError, String(error));
          assert.deepEqual([error.code, error.message], ['unavailable', message]);
          return true;
        });
        assert.ok(performance.now() - startMs < LIMIT_MS);
        // The frozen connection is not waited for: there is another one.
        await persister.readRevision();
      }
      await persister.writeTuples(deltas('+n:o#r@b'));
    });
  }
});

/** A persister with one connection and short times. */
async function openSoleConnection(dsn: string): Promise<SqlPersister> {
  await (await openPersister({ dsn, autoMigrate: true }))[Symbol.asyncDispose]();
  const pool = await openPostgresPool(parsePostgresDsn(`${dsn}&max_conns=1`));
  const { rows } = await pool.query<{ nid: number; id: Buffer }>('SELECT nid, id FROM stheno_networks');
  const [network] = rows;
  assert.ok(network);
  const migrator = new Migrator({
    dialect: new PostgresDialect({ pool }),
    migrations: await loadMigrations('postgres'),
  });
  return new SqlPersister({ database: new PostgresDatabase({ pool, network, timeouts: TIMEOUTS }), migrator });
}

/** Stops the server's processes of a database until disposed. */
async function freezeAll(dsn: string): Promise<AsyncDisposable> {
  const client = new pg.Client(dsn);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
  assert.ok(rows.length > 0);
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
  return {
    [Symbol.asyncDispose]: async () => {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT');
    },
  };
}
