import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { SthenoError } from '../../src/errors.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { openSqliteConnection } from '../../src/persistence/sql/sqlite/open-sqlite-connection.ts';
import { parseSqliteDsn } from '../../src/persistence/sql/sqlite/sqlite-dsn.ts';
import { deltas, readAll } from '../contract/contract-context.ts';
import { createSqliteFile, testDatabases } from '../support/databases.ts';

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  describe(`several servers on one database, ${kind.name}`, () => {
    it('see each other’s writes at once, in one order', async () => {
      await using database = await kind.create();
      await using first = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await using second = await openPersister(database);
      assert.deepEqual(second.networkId, first.networkId);
      await first.writeTuples(deltas('+n:o#r@a'));
      assert.equal(await second.readRevision(), 1);
      assert.deepEqual(await second.writeTuples(deltas('-n:o#r@a', '+n:o#r@b')), {
        revision: 2,
        changes: deltas('-n:o#r@a', '+n:o#r@b'),
      });
      assert.deepEqual(await readAll(first), await readAll(second));
      assert.equal((await first.readChanges(0, { limit: 10 })).changes.length, 2);
    });

    it('hear of what the other commits', async () => {
      await using database = await kind.create();
      await using first = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await using second = await openPersister(database);
      assert.equal(first.isExclusive, false);
      const hints = new EventTarget();
      const hint = async () => {
        // Keeps the process alive, which neither a signal's timeout nor the watching does.
        const limit = new AbortController();
        const timer = setTimeout(() => limit.abort(), 5_000);
        await once(hints, 'hint', { signal: limit.signal }).finally(() => clearTimeout(timer));
      };
      const stop = first.onHint(() => hints.dispatchEvent(new Event('hint')));
      for (const id of ['a', 'b']) {
        const hinted = hint();
        await second.writeTuples(deltas(`+n:o#r@${id}`));
        await hinted;
      }
      stop();
    });

    it('write at once without losing a write or a revision', async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      const program = new URL('./write-process.ts', import.meta.url).pathname;
      const inProcess = (name: string) =>
        promisify(execFile)(process.execPath, ['--import', 'tsx', program, database.dsn, name, '50']);
      await Promise.all([inProcess('a'), inProcess('b')]);
      assert.equal((await readAll(persister)).length, 100);
      const log = await persister.readChanges(0, { limit: 200 });
      assert.deepEqual(
        log.changes.map(({ revision }) => revision),
        Array.from({ length: 100 }, (_, i) => i + 1),
      );
    });
  });
}

describe('a SQLite file that another process has locked', () => {
  it('makes a write wait, without blocking this process', async () => {
    await using database = await createSqliteFile();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const other = await openSqliteConnection(parseSqliteDsn(database.dsn));
    other.exec('BEGIN IMMEDIATE');
    let isDone = false;
    const write = persister.writeTuples(deltas('+n:o#r@a')).then(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(isDone, false);
    assert.deepEqual(await readAll(persister), [], 'reads do not wait');
    other.exec('COMMIT');
    await write;
    assert.equal((await readAll(persister)).length, 1);
    other.close();
  });

  it('makes a write fail as aborted after the busy timeout', async () => {
    await using database = await createSqliteFile();
    await using persister = await openPersister({ dsn: `${database.dsn}&_busy_timeout=30`, autoMigrate: true });
    const other = await openSqliteConnection(parseSqliteDsn(database.dsn));
    other.exec('BEGIN IMMEDIATE');
    await assert.rejects(
      persister.writeTuples(deltas('+n:o#r@a')),
      (error) => error instanceof SthenoError && error.code === 'aborted',
    );
    other.close();
    assert.equal((await persister.writeTuples(deltas('+n:o#r@a'))).revision, 1);
  });
});
