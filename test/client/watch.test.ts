import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ClientOptions, RequestError, SthenoClient, type WatchEvent } from '../../src/client/index.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { createPostgres, createSqliteFile } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';
import { FaultyServer } from './support/faulty-server.ts';
import { TRANSPORTS } from './support/open-client.ts';

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  describe(`a watch with ${name}`, () => {
    it('tells what is written, and ends when the reader has seen enough', async () => {
      await using server = await startServer({});
      await using client = openClient(server, { transport });
      const events = client.watch({ namespaces: ['groups'], objectPrefix: 'a', heartbeatMs: 60_000 });
      const first = await next(events);
      assert.equal(first.kind, 'checkpoint');
      await client.write([{ insert: 'groups:a1#members@ann' }, { insert: 'groups:b#members@ann' }]);
      const { snaptoken } = await client.write([{ delete: 'groups:a1#members@ann' }]);
      const [inserted, deleted] = [await next(events), await next(events)];
      const tuple = { namespace: 'groups', object: 'a1', relation: 'members', subject: { kind: 'id', id: 'ann' } };
      assert.deepEqual(changesOf(inserted), [{ action: 'insert', tuple }]);
      assert.deepEqual(changesOf(deleted), [{ action: 'delete', tuple }]);
      assert.equal(deleted.snaptoken, snaptoken);
      assert.ok(deleted.kind === 'tuples' && Math.abs(deleted.committedAt.getTime() - Date.now()) < 86_400_000);
      await events.return(undefined as never); // it has no value to return
      await eventually(async () => (await server.metrics()).includes('\nstheno_watches 0\n'));
    });

    it('goes on behind its last event when the connection breaks', async () => {
      await using server = await startServer({});
      const upstreamPort = Number(server.readAddress.split(':')[1]);
      await using proxy = await FaultyServer.start({ upstreamPort, fates: [] });
      await using client = openClient(server, { transport, readUrl: proxy.url });
      const events = client.watch();
      await next(events);
      for (let index = 0; index < 5; index++) {
        await client.write([{ insert: `groups:g#members@${index}` }]);
        const changes = changesOf(await nextTuples(events));
        assert.deepEqual(
          changes.map(({ tuple }) => tuple.subject),
          [{ kind: 'id', id: String(index) }],
        );
        proxy.breakConnections();
        await client.write([{ insert: `groups:h#members@${index}` }]);
        assert.equal(changesOf(await nextTuples(events)).length, 1);
      }
      await events.return(undefined as never); // it has no value to return
    });

    it('throws when its signal is aborted, also in the middle of waiting', async () => {
      await using server = await startServer({});
      await using client = openClient(server, { transport });
      const stop = new AbortController();
      const events = client.watch({ signal: stop.signal });
      await next(events);
      const waiting = next(events);
      stop.abort();
      await assert.rejects(waiting, isRequestError('canceled'));
      await eventually(async () => (await server.metrics()).includes('\nstheno_watches 0\n'));
    });

    it('says what the server refuses, and does not ask again', async () => {
      await using server = await startServer({});
      await using client = openClient(server, { transport });
      await assert.rejects(next(client.watch({ snaptoken: 'zookie' })), isRequestError('invalid_argument'));
      await assert.rejects(next(client.watch({ namespaces: ['Nothing'] })), isRequestError('not_found'));
      await assert.rejects(next(client.watch({ heartbeatMs: 0.5 })), isRequestError('invalid_argument'));
    });
  });
}

for (const { name, create } of [
  { name: 'SQLite', create: createSqliteFile },
  { name: 'PostgreSQL', create: createPostgres },
]) {
  describe(`a watch of servers on ${name}`, () => {
    it('goes on with another server, without gaps and repetitions', async () => {
      await using database = await create();
      await migrate(database.dsn);
      const first = await startServer({ dsn: database.dsn });
      await using second = await startServer({ dsn: database.dsn });
      let target = first.readAddress;
      // As behind a load balancer.
      const transport: ClientOptions['transport'] = (baseUrl) => {
        const open = TRANSPORTS.fetch as NonNullable<ClientOptions['transport']>; // it is in the table
        return { unary: open(baseUrl).unary, stream: (...call) => open(`http://${target}`).stream(...call) };
      };
      await using client = openClient(second, { transport });
      const events = client.watch({ heartbeatMs: 100 });
      await next(events);
      const told: string[] = [];
      const read = async (count: number): Promise<void> => {
        while (told.length < count) told.push(...subjectsOf(await next(events)));
      };
      for (let index = 0; index < 10; index++) await client.write([{ insert: `groups:g#members@${index}` }]);
      await read(5);
      target = second.readAddress;
      await first.server.stop();
      for (let index = 10; index < 20; index++) await client.write([{ insert: `groups:g#members@${index}` }]);
      await read(20);
      assert.deepEqual(
        told,
        Array.from({ length: 20 }, (_, index) => String(index)),
      );
      await events.return(undefined as never); // it has no value to return
    });
  });
}

async function migrate(dsn: string): Promise<void> {
  await (await openPersister({ dsn, autoMigrate: true }))[Symbol.asyncDispose]();
}

function openClient(server: ServerInProcess, options: ClientOptions = {}): SthenoClient & AsyncDisposable {
  const urls = { readUrl: `http://${server.readAddress}`, writeUrl: `http://${server.writeAddress}` };
  const client = new SthenoClient({ ...urls, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.close() });
}

async function next(events: AsyncGenerator<WatchEvent, never>): Promise<WatchEvent> {
  return (await events.next()).value;
}

async function nextTuples(events: AsyncGenerator<WatchEvent, never>): Promise<WatchEvent> {
  for (;;) {
    const event = await next(events);
    if (event.kind === 'tuples') return event;
  }
}

function changesOf(event: WatchEvent) {
  assert.ok(event.kind === 'tuples', event.kind);
  return event.changes;
}

function subjectsOf(event: WatchEvent): string[] {
  if (event.kind !== 'tuples') return [];
  return event.changes.map(({ tuple: { subject } }) => (subject.kind === 'id' ? subject.id : ''));
}

function isRequestError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof RequestError && error.code === code;
}
