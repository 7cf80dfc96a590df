import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validateConfig } from '../../src/config/load-config.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { StoredModelDocuments, versionOf } from '../../src/service/stored-model-documents.ts';
import { createSqliteFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { startServer } from '../support/server-in-process.ts';

const document = (name: string) => JSON.stringify([{ name, content: `class ${name} implements Namespace {}` }]);

describe('the documents of the model in the database', () => {
  it('are read once a version', async () => {
    await using database = await createSqliteFile();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    await using documents = new StoredModelDocuments({ storage: persister });
    const none = await documents.read();
    assert.deepEqual([none, documents.idOf(none)], [[], '0']);
    await persister.models.write({ previous: 0, note: '', document: document('A') });
    const first = await documents.read();
    assert.equal(documents.idOf(first), '1');
    assert.deepEqual(
      first.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]),
      [['A', 'class A implements Namespace {}']],
    );
    assert.equal(await documents.read(), first);
  });

  it('tell of versions that others write, by hints and without', async () => {
    await using database = await createSqliteFile();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    await using other = await openPersister({ dsn: database.dsn });
    for (const hints of [true, false]) {
      const onHint = hints ? persister.onHint.bind(persister) : () => () => {};
      const { models } = persister;
      const storage = { models, onHint, isExclusive: false, pendingMigrations: () => persister.pendingMigrations() };
      await using documents = new StoredModelDocuments({ storage, pauseMs: 1, pollMs: hints ? 3_600_000 : 5 });
      const seen: string[] = [];
      documents.watch(() => void documents.read().then((read) => seen.push(documents.idOf(read))));
      const previous = await other.models.newestVersion();
      await other.models.write({ previous, note: '', document: document('A') });
      await eventually(() => seen.includes(String(previous + 1)));
    }
  });

  it('are none in a database from before there were any: the server starts, and is not ready', async () => {
    await using database = await createSqliteFile();
    {
      await using migrator = await Migrator.open(database);
      await migrator.up();
      await migrator.down(1);
    }
    await using server = await startServer({ dsn: database.dsn, namespaces: undefined });
    const ready = await fetch(`http://${server.readAddress}/health/ready`);
    assert.equal(ready.status, 503);
    await ready.arrayBuffer();
  });

  for (const [id, version] of [
    ['0', 0],
    ['17', 17],
    ['', undefined],
    ['01', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['9'.repeat(30), undefined],
    ['config-00', undefined],
  ] as const) {
    it(`have the version ${version} by the id ${JSON.stringify(id)}`, () => assert.equal(versionOf(id), version));
  }
});

describe('a configuration that gets namespaces, and loses them again', () => {
  it('takes the model from where it says', async () => {
    await using server = await startServer({ namespaces: undefined });
    const put = (content: string) =>
      fetch(`http://${server.writeAddress}/admin/models`, {
        method: 'PUT',
        body: JSON.stringify({ files: [{ content }] }),
      });
    const names = async () => {
      const response = await fetch(`http://${server.readAddress}/namespaces`);
      return ((await response.json()) as { namespaces?: { name: string }[] }).namespaces?.map(({ name }) => name);
    };
    assert.equal((await put('class Stored implements Namespace {}')).status, 200);
    assert.deepEqual(await names(), ['Stored']);
    await server.server.reconfigure(validateConfig({ dsn: 'memory', namespaces: [{ name: 'Configured' }] }));
    assert.deepEqual(await names(), ['Configured']);
    assert.equal((await put('class Other implements Namespace {}')).status, 422);
    await server.server.reconfigure(validateConfig({ dsn: 'memory' }));
    assert.deepEqual(await names(), ['Stored']);
    assert.equal((await put('class Other implements Namespace {}')).status, 200);
    assert.deepEqual(await names(), ['Other']);
  });
});
