import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type ErrorCode, SthenoError } from '../../src/errors.ts';
import { DsnError } from '../../src/persistence/sql/dsn-error.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { createPostgres, createSqliteFile, testDatabases } from '../support/databases.ts';

describe('a database that cannot be opened', () => {
  it('is unavailable when nothing listens', async () => {
    const dsn = `postgres://someone:secret@127.0.0.1:${await closedPort()}/name`;
    await assert.rejects(openPersister({ dsn }), isDiscreet('unavailable'));
    await assert.rejects(Migrator.open({ dsn }), isDiscreet('unavailable'));
  });

  it('is unavailable when the password is wrong', async () => {
    await using database = await createPostgres();
    const url = new URL(database.dsn);
    url.password = 'secret';
    await assert.rejects(openPersister({ dsn: url.href }), isDiscreet('unavailable'));
  });

  it('is unavailable when the folder does not exist', async () => {
    await assert.rejects(
      openPersister({ dsn: 'sqlite:///no/such/secret/folder/db.sqlite' }),
      isDiscreet('unavailable'),
    );
  });

  it('is unavailable when the file is no database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stheno-sqlite-'));
    try {
      await writeFile(join(folder, 'secret.sqlite'), 'no database, but long enough for a header '.repeat(100));
      await assert.rejects(openPersister({ dsn: `sqlite://${folder}/secret.sqlite` }), isDiscreet('unavailable'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names the scheme when the server is CockroachDB', async () => {
    await using server = await fakeServer('CockroachDB CCL v25.1.0');
    await assert.rejects(
      openPersister({ dsn: `postgres://u:p@127.0.0.1:${server.port}/d?sslmode=disable` }),
      (error) => {
        assert.ok(error instanceof DsnError);
        const text = 'DSN scheme postgres:// declares a PostgreSQL database but the server is CockroachDB.';
        assert.ok(error.message.startsWith(text), error.message);
        return true;
      },
    );
  });
});

describe('a PostgreSQL server without TLS', () => {
  for (const { sslmode, works } of [
    { sslmode: '', works: true },
    { sslmode: 'prefer', works: true },
    { sslmode: 'require', works: false },
    { sslmode: 'verify-full', works: false },
  ]) {
    it(`${works ? 'is used' : 'is refused'} with sslmode "${sslmode}"`, async () => {
      await using database = await createPostgres();
      const url = new URL(database.dsn);
      url.searchParams.delete('sslmode');
      if (sslmode !== '') url.searchParams.set('sslmode', sslmode);
      const opening = openPersister({ dsn: url.href, autoMigrate: true });
      if (!works) {
        await assert.rejects(opening, isDiscreet('unavailable'));
        return;
      }
      await using persister = await opening;
      await persister.ping();
    });
  }
});

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  it(`missing tables are internal errors that show no SQL on ${kind.name}`, async () => {
    await using database = await kind.create();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    await using migrator = await Migrator.open(database);
    await migrator.down(0);
    const tuple = { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: 'a' } } as const;
    const calls = [
      () => persister.readRevision(),
      () => persister.readFacts({ tuples: [tuple], sets: [] }),
      () => persister.readFacts({ tuples: [], sets: [tuple] }),
      () => persister.listTuples({}, { limit: 1 }),
      () => persister.writeTuples([{ action: 'insert', tuple }]),
      () => persister.deleteTuples({}),
      () => persister.readChanges(0, { limit: 1 }),
      () => persister.readSnapshot((reader) => reader.readRevision()),
    ];
    for (const call of calls) await assert.rejects(call, isDiscreet('internal'));
    const together = await Promise.allSettled([calls[4]?.(), calls[4]?.()]);
    for (const outcome of together) assert.ok(outcome.status === 'rejected' && isDiscreet('internal')(outcome.reason));
  });
}

describe('a PostgreSQL connection that is lost', () => {
  it('makes the calls on it fail as unavailable, and is replaced', async () => {
    await using database = await createPostgres();
    await using persister = await openPersister({ dsn: `${database.dsn}&max_conns=1`, autoMigrate: true });
    const inSnapshot = persister.readSnapshot(async (reader) => {
      await reader.readRevision();
      await terminateAll(database.dsn);
      return reader.readRevision();
    });
    await assert.rejects(inSnapshot, isDiscreet('unavailable'));
    assert.equal((await persister.writeTuples(deltas('+n:o#r@a'))).revision, 1);
  });

  it('does not stay in use when a call on it is aborted', async () => {
    await using database = await createPostgres();
    await using persister = await openPersister({ dsn: `${database.dsn}&max_conns=1`, autoMigrate: true });
    {
      await using lock = await lockHead(database.dsn);
      // One signal: the connection of the first must not come free for the second before it is aborted too.
      const aborting = new AbortController();
      const write = persister.writeTuples(deltas('+n:o#r@a'), aborting);
      await lock.isWaitedFor();
      const waiting = persister.readRevision(aborting);
      setTimeout(() => aborting.abort(), 20);
      await Promise.all([
        assert.rejects(write, isDiscreet('canceled')),
        assert.rejects(waiting, isDiscreet('canceled'), 'also while it waits for a connection'),
      ]);
    }
    assert.equal(await persister.readRevision(), 0, 'nothing of the aborted write');
    assert.equal((await persister.writeTuples(deltas('+n:o#r@b'))).revision, 1);
  });
});

describe('settings of a PostgreSQL DSN', () => {
  it('reach every session', async () => {
    await using database = await createPostgres();
    // Not the migrations: on a busy machine they take longer than this.
    await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
    await using persister = await openPersister({ dsn: `${database.dsn}&statement_timeout=250` });
    await using _blocker = await lockHead(database.dsn);
    await assert.rejects(persister.writeTuples(deltas('+n:o#r@a')), isDiscreet('unavailable'));
  });
});

describe('a parameter of a DSN that cannot be read', () => {
  it('is reported, and its default holds', async () => {
    const ignored: string[] = [];
    const dsn = 'sqlite://:memory:?max_conns=many&_busy_timeout=1';
    await using persister = await openPersister({ dsn, onIgnoredParameter: (name) => ignored.push(name) });
    await persister.ping();
    assert.deepEqual(ignored, ['max_conns']);
  });
});

describe('a SQLite file opened read-only', () => {
  it('is read, and refuses writes', async () => {
    await using database = await createSqliteFile();
    await using writer = await openPersister({ dsn: database.dsn, autoMigrate: true });
    await writer.writeTuples(deltas('+n:o#r@a'));
    await using reader = await openPersister({ dsn: `${database.dsn}&mode=ro` });
    assert.equal(await reader.readRevision(), 1);
    await assert.rejects(reader.writeTuples(deltas('+n:o#r@b')), isDiscreet('unavailable'));
  });
});

/** Of the code, with a text that is ours, and with the driver's error as the cause where there is one. */
function isDiscreet(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof SthenoError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.cause !== undefined);
    assert.doesNotMatch(error.message, /secret|127\.0\.0\.1|postgres|SELECT|heads|relation_tuples|sqlite/i);
    return true;
  };
}

async function terminateAll(dsn: string): Promise<void> {
  const client = new pg.Client(dsn);
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Speaks just enough of PostgreSQL's protocol to say its version (PostgreSQL manual, 54.7). */
async function fakeServer(version: string): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const text = Buffer.from(version);
  const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
  const int32 = (value: number) => Buffer.concat([int16(value >>> 16), int16(value & 0xffff)]);
  const column = Buffer.concat([
    Buffer.from('version\0'),
    int32(0),
    int16(0),
    int32(25),
    int16(-1 & 0xffff),
    int32(-1),
    int16(0),
  ]);
  const answer = Buffer.concat([
    message('1', Buffer.alloc(0)),
    message('2', Buffer.alloc(0)),
    message('T', Buffer.concat([int16(1), column])),
    message('D', Buffer.concat([int16(1), int32(text.length), text])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]));
      socket.on('data', () => socket.write(answer));
    });
    socket.on('error', () => {}); // The client may hang up first.
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Keeps all writers waiting until it is disposed. */
async function lockHead(dsn: string): Promise<AsyncDisposable & { isWaitedFor(): Promise<void> }> {
  const client = new pg.Client(dsn);
  await client.connect();
  await client.query('BEGIN; SELECT FROM heads FOR UPDATE');
  return {
    async isWaitedFor(): Promise<void> {
      const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
      while ((await client.query(waiting)).rowCount === 0) await sleep(5);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
