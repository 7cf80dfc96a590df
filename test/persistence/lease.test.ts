import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SthenoError } from '../../src/errors.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { createPostgres, createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { holdLease, openLeased, runAside } from './support/leased-persister.ts';

describe('a lease', () => {
  it('tells what is newest, its own commits as well', async () => {
    await using database = await createMigrated();
    await using persister = await openLeased(database.dsn);
    assert.equal(persister.soleNewest(), undefined);
    await persister.writeTuples(deltas('+n:o#r@a'));
    await holdLease(persister);
    assert.equal(persister.isLeaseHeld, true);
    assert.equal(persister.soleNewest(), 1);
    const written = persister.writeTuples(deltas('+n:o#r@b'));
    await eventually(() => persister.soleNewest() !== 1); // Others may see it before this process knows.
    await written;
    await eventually(() => persister.soleNewest() === 2);
    await persister.policyDocuments.edit({ collection: 'c', id: 'i' }, () => '{}');
    await eventually(() => persister.soleNewest() === 3);
  });

  it('is given back as soon as another wants to write, and not taken again at once', async () => {
    await using database = await createMigrated();
    await using first = await openLeased(database.dsn);
    await using second = await openLeased(database.dsn, { termMs: 60_000 });
    await holdLease(first);
    await second.writeTuples(deltas('+n:o#r@a'));
    assert.equal(first.soleNewest(), undefined);
    assert.equal(first.isLeaseHeld, false);
    await holdLease(second);
    assert.equal(second.soleNewest(), 1);
    assert.equal(first.soleNewest(), undefined);
  });

  it('goes from one to the other and back', async () => {
    await using database = await createMigrated();
    const times = { minPauseMs: 1, maxPauseMs: 1, termMs: 60_000 };
    await using first = await openLeased(database.dsn, times);
    await using second = await openLeased(database.dsn, times);
    for (let round = 0; round < 3; round++) {
      await holdLease(first);
      await second.writeTuples(deltas(`+n:o#r@a${round}`));
      assert.equal(first.soleNewest(), undefined);
      await holdLease(second);
      await first.writeTuples(deltas(`+n:o#r@b${round}`));
      assert.equal(second.soleNewest(), undefined);
    }
    assert.equal(await first.readRevision(), 6);
  });

  it('is not there for two engines of one process', async () => {
    await using database = await createMigrated();
    await using first = await openLeased(database.dsn);
    await using second = await openLeased(database.dsn);
    await holdLease(first);
    for (let reads = 0; reads < 20; reads++) {
      assert.equal(second.soleNewest(), undefined);
      await sleep(10);
    }
    assert.notEqual(await holderOf(database), '');
  });

  it('is given back when nobody asks, and at the end', async () => {
    await using database = await createMigrated();
    await using idle = await openLeased(database.dsn, { idleMs: 100 });
    await holdLease(idle);
    await eventually(async () => (await holderOf(database)) === '');
    assert.equal(idle.soleNewest(), undefined);
    const ended = await openLeased(database.dsn);
    await holdLease(ended);
    assert.notEqual(await holderOf(database), '');
    await ended[Symbol.asyncDispose]();
    assert.equal(await holderOf(database), '');
  });

  it('is not taken by who may not, nor where there is none', async () => {
    await using database = await createMigrated();
    await using file = await createSqliteFile();
    await using without = await openPersister({ dsn: database.dsn });
    await using sqlite = await openPersister({ dsn: file.dsn, autoMigrate: true, lease: true });
    for (let reads = 0; reads < 60; reads++) {
      assert.equal(without.soleNewest(), undefined);
      assert.equal(sqlite.soleNewest(), undefined);
      await sleep(10);
    }
    assert.equal(await holderOf(database), '');
    assert.deepEqual([without.isLeaseHeld, sqlite.isLeaseHeld], [false, undefined]);
  });

  it('of a process that was killed ends by itself', async () => {
    await using database = await createMigrated();
    const program = new URL('./lease-process.ts', import.meta.url).pathname;
    const holder = spawn(process.execPath, ['--import', 'tsx', program, database.dsn], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    assert.notEqual(await holderOf(database), '');
    await using next = await openLeased(database.dsn);
    await next.writeTuples(deltas('+n:o#r@a'));
    assert.equal(await holderOf(database), '');
  });

  it('forbids writes of servers that do not know of it', async () => {
    await using database = await createMigrated();
    await using persister = await openLeased(database.dsn);
    await holdLease(persister);
    const append = "SELECT stheno_append((SELECT nid FROM heads), 'tuples', '[]', ARRAY[0, 0, 0, 0]::bigint[])";
    await assert.rejects(runAside(database.dsn, append), { code: '40001', constraint: 'heads_lease' });
    assert.equal(persister.soleNewest(), 0);
  });

  it('is lost when somebody writes all the same', async () => {
    await using database = await createMigrated();
    await using persister = await openLeased(database.dsn);
    await holdLease(persister);
    await runAside(database.dsn, 'UPDATE heads SET revision = revision + 1');
    await eventually(() => persister.soleNewest() === undefined);
  });
});

describe('a write while another holds the lease', () => {
  const calls = [
    ['fails when it is not given back in time', undefined, 'unavailable'],
    ['ends with its request', 200, 'canceled'],
  ] as const;
  for (const [name, abortMs, code] of calls) {
    it(name, async () => {
      await using database = await createMigrated();
      await using persister = await openLeased(database.dsn, { maxWaitMs: abortMs === undefined ? 300 : 60_000 });
      await using _ = await holdForEver(database);
      const signal = abortMs === undefined ? undefined : AbortSignal.timeout(abortMs);
      const keptAlive = setInterval(() => {}, 1000);
      const write = persister.deleteTuples({ namespace: 'n' }, { signal });
      await assert
        .rejects(write, (error) => error instanceof SthenoError && error.code === code)
        .finally(() => clearInterval(keptAlive));
    });
  }
});

describe('a commit of unknown outcome', () => {
  it('ends the trust at once, and the lease can be had again', async () => {
    await using database = await createMigrated();
    await using persister = await openLeased(database.dsn);
    await holdLease(persister);
    const holder = await holderOf(database);
    const client = new pg.Client(database.dsn);
    await client.connect();
    await client.query('BEGIN; SELECT FROM heads FOR UPDATE');
    const rejected = assert.rejects(persister.writeTuples(deltas('+n:o#r@a')), { code: 'unavailable' });
    const waits = "query LIKE '%stheno_commit%' AND wait_event_type = 'Lock' AND datname = current_database()";
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${waits}`;
    await eventually(async () => (await runAside(database.dsn, end)).length > 0);
    await rejected;
    assert.equal(persister.soleNewest(), undefined);
    await client.query('COMMIT');
    await client.end();
    await persister.writeTuples(deltas('+n:o#r@b'));
    await holdLease(persister);
    assert.equal(persister.soleNewest(), await persister.readRevision());
    assert.notEqual(await holderOf(database), holder);
    // What is still under way under the old name would be refused.
    const late = `SELECT stheno_append((SELECT nid FROM heads), 'tuples', '[]', ARRAY[0, 0, 0, 0]::bigint[], '${holder}')`;
    await assert.rejects(runAside(database.dsn, late), { constraint: 'heads_lease' });
  });
});

describe('a holder that is cut off', () => {
  const cases = [
    ['counts on its lease no more when another may write', {}, undefined],
    ['would be believed too long if its trust outlasted the term', { trustMs: 600_000 }, 0],
  ] as const;
  for (const [name, times, newest] of cases) {
    it(name, async () => {
      await using database = await createMigrated();
      const url = new URL(database.dsn);
      await using proxy = await TcpProxy.open({ host: url.hostname, port: Number(url.port) });
      url.port = String(proxy.port);
      const holder = await openLeased(url.href, times);
      await using writer = await openLeased(database.dsn);
      await holdLease(holder);
      proxy.cut();
      await writer.writeTuples(deltas('+n:o#r@a'));
      assert.equal(holder.soleNewest(), newest);
      proxy.heal();
      await eventually(() => holder.soleNewest() === undefined);
      await holder[Symbol.asyncDispose]();
    });
  }
});

async function createMigrated(): Promise<TestDatabase> {
  const database = await createPostgres();
  await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
  return database;
}

async function holderOf({ dsn }: TestDatabase): Promise<unknown> {
  return (await runAside(dsn, 'SELECT holder FROM heads'))[0]?.holder;
}

/** Holds the lease, renews it, and does not listen to anybody. */
async function holdForEver({ dsn }: TestDatabase): Promise<AsyncDisposable> {
  const client = new pg.Client(dsn);
  await client.connect();
  const controller = new AbortController();
  const renew = () => client.query("UPDATE heads SET holder = 'ff', renewals = renewals + 1");
  await renew();
  const renewing = (async () => {
    while (!controller.signal.aborted) {
      await renew();
      await sleep(20);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await renewing;
      await client.end();
    },
  };
}
