import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { SthenoError } from '../../src/errors.ts';
import { parseDsn } from '../../src/persistence/sql/dsn.ts';
import { loadMigrations } from '../../src/persistence/sql/migration.ts';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { MysqlDatabase } from '../../src/persistence/sql/mysql/mysql-database.ts';
import { MysqlDialect } from '../../src/persistence/sql/mysql/mysql-dialect.ts';
import { openMysqlPool } from '../../src/persistence/sql/mysql/open-mysql-pool.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { SqlPersister } from '../../src/persistence/sql/sql-persister.ts';
import { deltas } from '../contract/contract-context.ts';
import { createMariaDb, missesMariaDb } from '../support/databases.ts';

const TIMEOUTS = { readMs: 200, commitMs: 300, writeMs: 400 };
/** Far less than the times of a server that is in use, which would make these tests hang. */
const LIMIT_MS = 5_000;
const UNAVAILABLE = 'the database is not available';

describe('a MariaDB server that freezes', { skip: missesMariaDb() ?? false }, () => {
  const calls: readonly (readonly [
    what: string,
    frozenAt: string,
    call: (persister: SqlPersister) => Promise<unknown>,
    message: string,
  ])[] = [
    ['a read', 'select', (persister) => persister.readRevision(), UNAVAILABLE],
    ['a snapshot', 'SNAPSHOT', (persister) => persister.readSnapshot((reader) => reader.readRevision()), UNAVAILABLE],
    ['a transaction that has not begun', 'START', (persister) => persister.deleteTuples({}), UNAVAILABLE],
    [
      'a commit',
      '\u0003COMMIT', // with the mark of a statement before it, because "committed" occurs as well
      (persister) => persister.writeTuples(deltas('+n:o#r@a')),
      `${UNAVAILABLE}: the outcome of the write is unknown`,
    ],
  ];
  for (const [what, frozenAt, call, message] of calls) {
    it(`holds ${what} for a limited time`, async () => {
      await using database = await createMariaDb();
      await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
      const url = new URL(database.dsn);
      await using proxy = await openProxy(url);
      url.host = `127.0.0.1:${proxy.port}`;
      await using persister = await openSoleConnection(url.href);
      proxy.freezeAt(frozenAt);
      const startMs = performance.now();
      await assert.rejects(call(persister), (error) => {
        assert.ok(error instanceof SthenoError, String(error));
        assert.deepEqual([error.code, error.message], ['unavailable', message]);
        return true;
      });
      assert.ok(performance.now() - startMs < LIMIT_MS);
      proxy.freezeAt(undefined);
      // The frozen connection is not waited for: there is another one.
      assert.equal(await persister.readRevision(), 0);
      assert.equal((await persister.writeTuples(deltas('+n:o#r@b'))).revision, 1);
    });
  }
});

/** A persister with one connection and short times. */
async function openSoleConnection(dsn: string): Promise<SqlPersister> {
  const parsed = parseDsn(`${dsn}&max_conns=1`);
  if (parsed.kind !== 'mysql') throw new Error('BUG: not a mysql dsn');
  const pool = await openMysqlPool(parsed, TIMEOUTS);
  const { rows } = await pool.run('SELECT nid, id FROM stheno_networks', []);
  const [nid, id] = rows[0] ?? [];
  const database = new MysqlDatabase({
    pool,
    network: { nid: Number(nid), id: id as Uint8Array }, // a VARBINARY column
    timeouts: TIMEOUTS,
  });
  const migrator = new Migrator({ dialect: new MysqlDialect({ pool }), migrations: await loadMigrations('mysql') });
  return new SqlPersister({ database, migrator });
}

/** Passes on what comes to a port of its own, until a client says a word: from there on that connection is silent. */
async function openProxy({
  hostname,
  port,
}: URL): Promise<AsyncDisposable & { port: number; freezeAt(word: string | undefined): void }> {
  let frozenAt: string | undefined;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(port || 3306), hostname);
    let isFrozen = false;
    client.on('data', (bytes) => {
      isFrozen ||= frozenAt !== undefined && bytes.includes(frozenAt);
      if (!isFrozen) server.write(bytes);
    });
    server.on('data', (bytes) => client.write(bytes));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {})); // Somebody hung up.
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP socket has a port');
  return {
    port: address.port,
    freezeAt: (word) => {
      frozenAt = word;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
