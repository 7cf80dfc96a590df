import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pg from 'pg';
import { Model } from '../../src/namespace/model.ts';
import type { NamespaceManager } from '../../src/namespace/namespace-manager.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { type MigratedStore, StoreReadiness } from '../../src/service/store-readiness.ts';
import { createPostgres, testDatabases } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';

const NOT_ANSWERING = ['the database does not answer'];

for (const kind of testDatabases()) {
  describe(`readiness on ${kind.name}`, () => {
    it('asks the database once for all who ask together, and once more when it was not asked for a while', async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      const store = new CountingStore(persister);
      const readiness = new StoreReadiness({ store, namespaces: model() });
      const answers = await Promise.all(Array.from({ length: 100 }, () => readiness.problems()));
      assert.deepEqual(answers, Array(100).fill([]));
      assert.deepEqual(store.asked, { pings: 1, migrations: 1 });
      await eventually(async () => {
        await readiness.problems();
        return store.asked.pings === 2;
      });
      assert.equal(store.asked.migrations, 1);
    });

    it('tells of a model that is not in force at once', async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      let problem: string | undefined;
      const readiness = new StoreReadiness({ store: persister, namespaces: model(() => problem) });
      assert.deepEqual(await readiness.problems(), []);
      problem = 'line 1: expected a class';
      assert.deepEqual(await readiness.problems(), [`the newest model is not in force: ${problem}`]);
      problem = undefined;
      assert.deepEqual(await readiness.problems(), []);
    });
  });
}

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  it(`is ready as soon as the last migration is applied on ${kind.name}`, async () => {
    await using database = await kind.create();
    await using migrator = await Migrator.open(database);
    await migrator.up();
    await using persister = await openPersister(database);
    await migrator.down(1);
    const readiness = new StoreReadiness({ store: persister, namespaces: model() });
    assert.deepEqual(await readiness.problems(), ['1 migrations are pending']);
    await migrator.up();
    assert.deepEqual(await readiness.problems(), []);
  });
}

it('is not ready while the database is away, and ready when it is back', async () => {
  await using database = await createPostgres();
  await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
  const readiness = new StoreReadiness({ store: persister, namespaces: model() });
  assert.deepEqual(await readiness.problems(), []);
  await setAway(database.dsn, true);
  await eventually(async () => (await readiness.problems()).length > 0);
  assert.deepEqual(await readiness.problems(), NOT_ANSWERING);
  await setAway(database.dsn, false);
  await eventually(async () => (await readiness.problems()).length === 0);
});

class CountingStore implements MigratedStore {
  readonly asked = { pings: 0, migrations: 0 };
  readonly #store: MigratedStore;

  constructor(store: MigratedStore) {
    this.#store = store;
  }

  ping(options?: Parameters<MigratedStore['ping']>[0]): Promise<void> {
    this.asked.pings++;
    return this.#store.ping(options);
  }

  pendingMigrations(): Promise<readonly string[]> {
    this.asked.migrations++;
    return this.#store.pendingMigrations();
  }
}

function model(problem: () => string | undefined = () => undefined): NamespaceManager {
  const current = new Model('inline', []);
  return { current: () => current, problem, [Symbol.asyncDispose]: async () => {} };
}

/** Lets nobody connect to the database any more, and ends all connections that are there; or lets everybody in again. */
async function setAway(dsn: string, isAway: boolean): Promise<void> {
  const url = new URL(dsn);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${!isAway}`);
  if (isAway) await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await client.end();
}
