import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadMigrations } from '../../src/persistence/sql/migration.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { NotMigratedError } from '../../src/persistence/sql/not-migrated-error.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas, readAll } from '../contract/contract-context.ts';
import { type TestDatabase, testDatabases } from '../support/databases.ts';
import { runSql } from '../support/run-sql.ts';

const NAMES = [
  '20261101000000_networks',
  '20261101000100_relation_tuples',
  '20261101000200_commits',
  '20261124000100_policies',
  '20261124000200_idempotency_keys',
  '20261124000300_models',
  '20261124000400_lease',
  '20261124000500_small_commits',
];
const ALL_PENDING = NAMES.map(() => 'Pending');
const ALL_APPLIED = NAMES.map(() => 'Applied');

describe('migrations', () => {
  it('are the same in every dialect', async () => {
    const named = async (dialect: 'sqlite' | 'postgres' | 'mysql') =>
      (await loadMigrations(dialect)).map(({ version, name }) => `${version}_${name}`);
    assert.deepEqual(await named('sqlite'), NAMES);
    assert.deepEqual(await named('postgres'), NAMES);
    assert.deepEqual(await named('mysql'), NAMES);
  });
});

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  describe(`migrator on ${kind.name}`, () => {
    it('goes up, and down step by step', async () => {
      await using database = await kind.create();
      await using migrator = await Migrator.open(database);
      const states = async () => (await migrator.status()).map(({ state }) => state);
      assert.deepEqual(await states(), ALL_PENDING);
      await migrator.up();
      assert.deepEqual(await states(), ALL_APPLIED);
      await migrator.up();
      await migrator.down(1);
      assert.deepEqual(await states(), ALL_APPLIED.with(-1, 'Pending'));
      await migrator.up();
      await migrator.down(0);
      assert.deepEqual(await states(), ALL_PENDING);
      await migrator.up();
      assert.deepEqual(await states(), ALL_APPLIED);
    });

    it('shows the SQL of each migration', async () => {
      await using database = await kind.create();
      await using migrator = await Migrator.open(database);
      for (const { up, down } of await migrator.status()) {
        assert.match(up, /(CREATE|ALTER) TABLE|is for PostgreSQL only/);
        assert.match(down, /DROP (TABLE|COLUMN|FUNCTION)|is for PostgreSQL only/);
      }
    });

    it('applies each migration once when five processes start at once', async () => {
      await using database = await kind.create();
      await Promise.all(Array.from({ length: 5 }, () => migrateInProcess(database)));
      await using persister = await openPersister(database);
      assert.deepEqual(await persister.pendingMigrations(), []);
      assert.equal(await persister.readRevision(), 0);
    });
  });

  describe(`openPersister on ${kind.name}`, () => {
    it('refuses a database that was never migrated', async () => {
      await using database = await kind.create();
      await assert.rejects(openPersister(database), (error) => {
        assert.ok(error instanceof NotMigratedError);
        assert.equal(error.message, 'Migrations were not applied yet, please apply them first.');
        return true;
      });
    });

    it('opens one that lacks some migrations, and names them', async () => {
      await using database = await kind.create();
      await using migrator = await Migrator.open(database);
      await migrator.up();
      await migrator.down(1);
      await using persister = await openPersister(database);
      assert.deepEqual(await persister.pendingMigrations(), NAMES.slice(-1));
      await migrator.up();
      assert.deepEqual(await persister.pendingMigrations(), []);
      assert.deepEqual(await readAll(persister), []);
    });

    it('finds what was stored before, in the same network', async () => {
      await using database = await kind.create();
      const first = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await first.writeTuples(deltas('+n:o#r@a'));
      const { networkId } = first;
      await first[Symbol.asyncDispose]();
      await using second = await openPersister(database);
      assert.deepEqual(second.networkId, networkId);
      assert.equal((await readAll(second)).length, 1);
    });

    it('knows no checksum where something was written before there was one', async () => {
      await using database = await kind.create();
      {
        await using migrator = await Migrator.open(database);
        await migrator.up();
        await migrator.down(NAMES.length - NAMES.indexOf('20261101000200_commits'));
        await runSql(database.dsn, 'UPDATE heads SET revision = 7');
        await migrator.up();
      }
      await using persister = await openPersister(database);
      assert.equal((await persister.writeTuples(deltas('+n:o#r@a'))).revision, 8);
      const { checksum, changes } = await persister.readChanges(7, { limit: 1 });
      assert.deepEqual([checksum, changes[0]?.checksum, changes[0]?.revision], [undefined, undefined, 8]);
    });
  });
}

/** A process of its own that brings the schema up. */
async function migrateInProcess({ dsn }: TestDatabase): Promise<void> {
  const program = new URL('./migrate-process.ts', import.meta.url).pathname;
  await promisify(execFile)(process.execPath, ['--import', 'tsx', program, dsn]);
}
