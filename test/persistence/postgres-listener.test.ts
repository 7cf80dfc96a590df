import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { createPostgres } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { runSql } from '../support/run-sql.ts';

describe('what listens to PostgreSQL', () => {
  it('hears each commit with its revision, and connects again when the connection is lost', async () => {
    await using database = await createPostgres();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const heard: (number | undefined)[] = [];
    const stop = persister.onHint((revision) => heard.push(revision));
    await eventually(() => heard.length === 1);
    await persister.writeTuples(deltas('+n:o#r@a'));
    await eventually(() => heard.length === 2);
    await runSql(
      database.dsn,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    );
    await eventually(() => heard.length === 3);
    await persister.writeTuples(deltas('+n:o#r@b'));
    await eventually(() => heard.length === 4);
    assert.deepEqual(heard, [undefined, 1, undefined, 2]);
    const writes = [deltas('+n:o#r@c'), deltas('+n:o#r@d')].map((changes) => persister.writeTuples(changes));
    stop(); // Before what it is told of these writes can have come.
    await Promise.all(writes);
    await sleep(50);
    assert.equal(heard.length, 4);
  });

  it('needs one connection for everybody', async () => {
    await using database = await createPostgres();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const heard: [(number | undefined)[], (number | undefined)[]] = [[], []];
    const [first, second] = heard;
    const stopFirst = persister.onHint((revision) => first.push(revision));
    await eventually(() => first.length === 1);
    const stopSecond = persister.onHint((revision) => second.push(revision));
    await persister.writeTuples(deltas('+n:o#r@a'));
    await eventually(() => first.length === 2 && second.length === 2);
    assert.deepEqual(heard, [
      [undefined, 1],
      [undefined, 1],
    ]);
    assert.equal(await listeners(database.dsn), 1);
    stopFirst();
    await persister.writeTuples(deltas('+n:o#r@b'));
    await eventually(() => second.length === 3);
    assert.equal(first.length, 2);
    stopSecond();
    await eventually(async () => (await listeners(database.dsn)) === 0);
    const stopThird = persister.onHint((revision) => first.push(revision));
    await eventually(() => first.length === 3);
    stopThird();
  });

  it('does not keep the persister from being closed, also while it has no connection', async () => {
    await using database = await createPostgres();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    persister.onHint(() => {});
    persister.onHint(() => {});
  });
});

async function listeners(dsn: string): Promise<number> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}
