import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { type ErrorCode, SthenoError } from '../../src/errors.ts';
import { DsnError } from '../../src/persistence/sql/dsn-error.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { deltas, inserts, readAll, tuples } from '../contract/contract-context.ts';
import { createMariaDb, missesMariaDb } from '../support/databases.ts';

describe('a MySQL server that cannot be used', () => {
  it('is unavailable when nothing listens', async () => {
    await using server = await listen(() => {});
    const { port } = server;
    await server[Symbol.asyncDispose]();
    await assert.rejects(
      openPersister({ dsn: `mysql://u:secret@tcp(127.0.0.1:${port})/d` }),
      isDiscreet('unavailable'),
    );
  });

  it('is unavailable when it does not speak, after the timeout', async () => {
    await using server = await listen(() => {});
    const dsn = `mysql://u:secret@tcp(127.0.0.1:${server.port})/d?timeout=50ms`;
    await assert.rejects(openPersister({ dsn }), isDiscreet('unavailable'));
  });

  it('is unavailable when it refuses the login', async () => {
    const refusal = Buffer.concat([
      Buffer.from([0xff, 0x15, 0x04]),
      Buffer.from("#28000Access denied for user 'u'@'h'"),
    ]);
    await using server = await listen((socket) => socket.write(packet(0, refusal)));
    await assert.rejects(
      openPersister({ dsn: `mysql://u:secret@tcp(127.0.0.1:${server.port})/d` }),
      isDiscreet('unavailable'),
    );
  });

  it('is unavailable when a certificate of the DSN cannot be read, and shows no path', async () => {
    const dsn = 'mysql://u:secret@tcp(localhost:1)/d?tls=true&ssl-ca=/no/such/secret.pem';
    await assert.rejects(openPersister({ dsn }), (error) => {
      assert.ok(error instanceof DsnError);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
});

describe('MariaDB', { skip: missesMariaDb() ?? false }, () => {
  for (const { tls, works } of [
    { tls: 'preferred', works: true },
    { tls: 'skip-verify', works: false },
    { tls: 'true', works: false },
  ]) {
    // Somebody else's server may have TLS.
    const skip = process.env.STHENO_TEST_MYSQL_URL !== undefined && 'the server is not of this test';
    it(`without TLS ${works ? 'is used' : 'is refused'} with tls=${tls}`, { skip }, async () => {
      await using database = await createMariaDb();
      const named = database.dsn.replace('127.0.0.1', 'localhost');
      const opening = openPersister({ dsn: named.replace('tls=false', `tls=${tls}`), autoMigrate: true });
      if (!works) {
        await assert.rejects(opening, isDiscreet('unavailable'));
        return;
      }
      await using persister = await opening;
      await persister.ping();
    });
  }

  it('is unavailable when the database does not exist', async () => {
    await using database = await createMariaDb();
    const dsn = database.dsn.replace(/\/stheno_/, '/secret_');
    await assert.rejects(openPersister({ dsn }), isDiscreet('unavailable'));
  });

  it('is used in the same way whatever its settings are', async () => {
    await using database = await createMariaDb();
    const odd = "sql_mode='ANSI'&time_zone='%2B05:00'&autocommit=0";
    await using persister = await openPersister({ dsn: `${database.dsn}&${odd}`, autoMigrate: true });
    const before = Date.now();
    await persister.writeTuples(deltas('+n:o#r@a'));
    const { committedAt } = (await persister.readChanges(0, { limit: 1 })).changes[0] ?? {};
    assert.ok(Math.abs((committedAt?.getTime() ?? 0) - before) < 60_000, committedAt?.toISOString());
    assert.equal((await readAll(persister)).length, 1);
  });

  it('gets system variables of the DSN, and refuses unknown ones', async () => {
    await using database = await createMariaDb();
    await using persister = await openPersister({ dsn: `${database.dsn}&lock_wait_timeout=7`, autoMigrate: true });
    await persister.ping();
    await assert.rejects(openPersister({ dsn: `${database.dsn}&no_such_variable=7` }), isDiscreet('internal'));
  });

  it('makes calls on a lost connection fail as unavailable, and replaces it', async () => {
    await using database = await createMariaDb();
    await using persister = await openPersister({ dsn: `${database.dsn}&max_conns=1`, autoMigrate: true });
    const inSnapshot = persister.readSnapshot(async (reader) => {
      await reader.readRevision();
      await killAll(database.dsn);
      return reader.readRevision();
    });
    await assert.rejects(inSnapshot, isDiscreet('unavailable'));
    assert.equal((await persister.writeTuples(deltas('+n:o#r@a'))).revision, 1);
    await killAll(database.dsn);
    await sleep(50); // Until the driver has heard of it.
    assert.equal((await persister.writeTuples(deltas('+n:o#r@b'))).revision, 2);
  });

  it('has its connection back as soon as a call that waits on it is aborted', async () => {
    await using database = await createMariaDb();
    await using persister = await openPersister({ dsn: `${database.dsn}&max_conns=1`, autoMigrate: true });
    {
      await using lock = await lockHead(database.dsn);
      const aborting = new AbortController();
      const write = persister.writeTuples(deltas('+n:o#r@a'), aborting);
      await lock.isWaitedFor();
      const waiting = persister.readRevision(aborting);
      setTimeout(() => aborting.abort(), 20);
      await Promise.all([
        assert.rejects(write, isDiscreet('canceled')),
        assert.rejects(waiting, isDiscreet('canceled'), 'also while it waits for a connection'),
      ]);
      assert.equal(await persister.readRevision(), 0, 'although the lock is still held');
    }
    assert.equal((await persister.writeTuples(deltas('+n:o#r@b'))).revision, 1, 'nothing of the aborted write');
  });

  it('is asked again when a wait for the lock took too long, and at last that is said', async () => {
    await using database = await createMariaDb();
    await using persister = await openPersister({
      dsn: `${database.dsn}&innodb_lock_wait_timeout=1`,
      autoMigrate: true,
    });
    let write: Promise<unknown>;
    {
      await using lock = await lockHead(database.dsn);
      write = persister.writeTuples(deltas('+n:o#r@a'));
      await lock.isWaitedFor();
      await sleep(1_200);
    }
    assert.deepEqual(await write, { revision: 1, changes: deltas('+n:o#r@a') });
    await using impatient = await openPersister({ dsn: `${database.dsn}&innodb_lock_wait_timeout=0` });
    await using _lock = await lockHead(database.dsn);
    await assert.rejects(impatient.writeTuples(deltas('+n:o#r@b')), isDiscreet('aborted'));
  });

  it('takes a change that is longer than a packet in pieces, and tells what fits nowhere', async () => {
    await using database = await createMariaDb();
    await using _small = await limitPackets(database.dsn, 64 * 1024);
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const many = inserts(
      tuples(...Array.from({ length: 2_000 }, (_, i) => `n:${'o'.repeat(100)}${i}#r@s${i}` as const)),
    );
    const long = inserts(tuples(...Array.from({ length: 30 }, (_, i) => `n:${`${i}`.repeat(5_000)}#r@s` as const)));
    await persister.writeTuples(many);
    await persister.writeTuples(long);
    const { changes, checksum } = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(
      changes.map(({ deltas: changed }) => changed),
      [many, long],
    );
    assert.equal(changes[1]?.checksum, checksum);
    const tooLong = inserts(tuples(`n:${'x'.repeat(70_000)}#r@s`));
    const [refused, taken] = await Promise.allSettled([
      persister.writeTuples(tooLong),
      persister.writeTuples(deltas('+n:o#r@beside')),
    ]);
    assert.match(
      String(refused?.status === 'rejected' && refused.reason),
      /^SthenoError: the database takes values of 65536 bytes at once/,
    );
    assert.equal(taken?.status, 'fulfilled', 'although they shared a commit');
    await persister.trimChanges({ committedBefore: new Date(Date.now() + 60_000), limit: 10 });
    assert.equal((await persister.readChanges(2, { limit: 1 })).floor, 3);
    assert.equal((await persister.deleteTuples({})).changes.length, many.length + long.length + 1);
  });
});

/** Of the code, with a text that is ours, and with the driver's error as the cause where there is one. */
function isDiscreet(code: ErrorCode): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof SthenoError, String(error));
    assert.equal(error.code, code);
    assert.ok(error.cause !== undefined);
    assert.doesNotMatch(error.message, /secret|127\.0\.0\.1|mysql|SELECT|heads|relation_tuples|denied/i);
    return true;
  };
}

/** A server that does what `greet` does with each connection. */
async function listen(greet: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // The client may hang up first.
    greet(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A packet of the protocol (MySQL internals manual: three bytes of length, one of sequence). */
function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
}

function connectTo(dsn: string): Promise<mysql.Connection> {
  return mysql.createConnection({ uri: dsn.replace(/\?.*$/, ''), multipleStatements: true });
}

/** Ends every connection to the database but its own. */
async function killAll(dsn: string): Promise<void> {
  const connection = await connectTo(dsn);
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
  );
  for (const { id } of rows) await connection.query('KILL ?', [id]);
  await connection.end();
}

/** Keeps all writers waiting until it is disposed. */
async function lockHead(dsn: string): Promise<AsyncDisposable & { isWaitedFor(): Promise<void> }> {
  const connection = await connectTo(dsn);
  await connection.query('START TRANSACTION; SELECT * FROM heads FOR UPDATE');
  const waiting = `SELECT id FROM information_schema.processlist
    WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%FOR UPDATE'`;
  return {
    async isWaitedFor(): Promise<void> {
      while ((await connection.query<mysql.RowDataPacket[]>(waiting))[0].length === 0) await sleep(5);
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

/** Lets the server take packets of so many bytes only, on connections that are opened until it is disposed. */
async function limitPackets(dsn: string, maxBytes: number): Promise<AsyncDisposable> {
  const connection = await connectTo(dsn);
  const [[before]] = await connection.query<mysql.RowDataPacket[]>('SELECT @@GLOBAL.max_allowed_packet AS bytes');
  await connection.query('SET GLOBAL max_allowed_packet = ?', [maxBytes]);
  return {
    [Symbol.asyncDispose]: async () => {
      await connection.query('SET GLOBAL max_allowed_packet = ?', [before?.bytes]);
      await connection.end();
    },
  };
}
