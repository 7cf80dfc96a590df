import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { eventually } from '../opl/support/eventually.ts';
import { createSqliteFile } from '../support/databases.ts';
import { startServer } from '../support/server-in-process.ts';

it('logs what makes every request fail once, and then how many failed', async () => {
  await using database = await createSqliteFile();
  await (await openPersister({ ...database, autoMigrate: true }))[Symbol.asyncDispose]();
  await using running = await startServer({ dsn: database.dsn });
  await using migrator = await Migrator.open(database);
  await migrator.down(0);
  for (let i = 0; i < 5; i++) {
    // Of two listeners: it is the same outage.
    const address = i % 2 === 0 ? running.readAddress : running.writeAddress;
    const response = await fetch(`http://${address}/relation-tuples`);
    assert.equal(response.status, 500);
    await response.arrayBuffer();
  }
  const failures = () => running.logged.filter(({ msg }) => String(msg).startsWith('a request failed'));
  assert.deepEqual(
    failures().map(({ err }) => typeof (err as { stack?: unknown }).stack),
    ['string'],
  );
  await eventually([undefined, 4], () => failures().map(({ count }) => count));
});
