import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { WatchResponse_Kind, WatchService } from '#gen/stheno/v1/watch_service_pb.js';
import { type ClientTransport, fetchTransport, SthenoClient, type WatchEvent } from '../../src/client/index.ts';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { createPostgres, createSqliteFile, type TestDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';
import { SthenoProcess } from '../support/stheno-process.ts';
import { EventReader } from './support/event-reader.ts';

/** No checkpoint between two events, however slow the machine is. */
const STILL = 'heartbeat_interval_ms=60000';

const KINDS = [
  { name: 'SQLite', create: createSqliteFile },
  { name: 'PostgreSQL', create: createPostgres },
];

for (const { name, create } of KINDS) {
  describe(`watching a server on ${name}`, () => {
    let database: TestDatabase;
    let server: ServerInProcess;
    let snaptokens: Snaptokens;
    before(async () => {
      database = await create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      snaptokens = new Snaptokens({ networkId: persister.networkId });
      server = await startServer({
        dsn: database.dsn,
        namespaces: [{ name: 'groups' }, { name: 'files' }],
        serve: { read: { cors: { enabled: true, allowed_origins: ['https://app.example'] } } },
      });
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    const watch = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`http://${server.readAddress}/relation-tuples/watch?${query}`, { headers });

    it('sends events, of which each is a place to go on from', async () => {
      await using events = new EventReader(await watch(`${STILL}&namespace=groups&namespace=files&object_prefix=a`));
      const begun = await events.next();
      assert.deepEqual([begun.name, begun.id, begun.data], ['checkpoint', begun.id, { snaptoken: begun.id }]);
      await insert(server, 'groups', 'other');
      const second = await insert(server, 'files', 'a<b>&c');
      const third = await insert(server, 'groups', 'a2');
      const told = await events.next();
      assert.deepEqual([told.name, told.id], ['tuples', second]);
      assert.deepEqual(told.data, {
        snaptoken: second,
        committed_at: new Date(String(told.data.committed_at)).toISOString(),
        changes: [{ action: 'insert', relation_tuple: tupleOf('files', 'a<b>&c') }],
        is_partial: false,
      });
      assert.equal((await events.next()).id, third);

      // As a browser does: the same query again, with the id of the last event.
      await using again = new EventReader(
        await watch(`${STILL}&snaptoken=${begun.id}`, { 'last-event-id': second, origin: 'https://app.example' }),
      );
      assert.equal(again.response.headers.get('access-control-allow-origin'), 'https://app.example');
      assert.equal(again.response.headers.get('cache-control'), 'no-store');
      assert.deepEqual([(await again.next()).id, (await again.next()).id], [second, third]);
    });

    it('sends checkpoints while nothing happens that matters', async () => {
      await using events = new EventReader(await watch('namespace=files&heartbeat_interval_ms=100'));
      await events.next();
      const token = await insert(server, 'groups', 'quiet');
      for (;;) {
        const event = await events.next();
        assert.equal(event.name, 'checkpoint');
        if (event.id === token) return;
      }
    });

    it('tells over gRPC-Web', async () => {
      const transport = createGrpcWebTransport({ baseUrl: `http://${server.readAddress}`, httpVersion: '1.1' });
      const responses = createClient(WatchService, transport)
        .watch({ heartbeatIntervalMs: 60_000 })
        [Symbol.asyncIterator]();
      assert.equal((await responses.next()).value?.kind, WatchResponse_Kind.CHECKPOINT);
      const token = await insert(server, 'groups', 'web');
      assert.equal((await responses.next()).value?.snaptoken, token);
      await responses.return?.();
    });

    it('tells of versions of the model', async () => {
      await using events = new EventReader(await watch(`${STILL}&namespace=files`));
      const client = new SthenoClient({ baseUrl: `http://${server.readAddress}` });
      const told = client.watch({ namespaces: ['files'], heartbeatMs: 60_000 });
      await Promise.all([events.next(), told.next()]);
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: false });
      await persister.models.write({ previous: 0, note: '', document: '{}' });
      const { name: kind, id, data } = await events.next();
      assert.deepEqual([kind, Object.keys(data), data.snaptoken], ['model', ['snaptoken', 'committed_at'], id]);
      const { value } = await told.next();
      assert.deepEqual([value.kind, value.snaptoken], ['model', id]);
      await told.return(undefined as never); // it has no value to return
      client.close();
    });

    it('sends a large commit in events of which only the last one has an id', async () => {
      await using events = new EventReader(await watch(STILL));
      const begun = await events.next();
      const deltas = Array.from({ length: 2100 }, (_, index) => ({
        action: 'insert',
        relation_tuple: tupleOf('files', `large${index}`),
      }));
      const token = await patch(server, deltas);
      const told = [await events.next(), await events.next(), await events.next()];
      assert.deepEqual(
        told.map(({ id, data }) => [id, data.snaptoken, data.is_partial, (data.changes as unknown[]).length]),
        [
          [undefined, begun.id, true, 1000],
          [undefined, begun.id, true, 1000],
          [token, token, false, 100],
        ],
      );
    });

    for (const { what, query, status, details } of [
      { what: 'a token of another database', query: () => `snaptoken=${foreignToken()}`, status: 400 },
      {
        what: 'a token of a future that does not come',
        query: () => `snaptoken=${snaptokens.format(9e9)}`,
        status: 422,
      },
      { what: 'a namespace that does not exist', query: () => 'namespace=Nothing', status: 404 },
      { what: 'a heartbeat that is no number', query: () => 'heartbeat_interval_ms=-1', status: 400 },
      {
        what: 'a token from before the log',
        query: async () => {
          await insert(server, 'groups', 'trimmed');
          await using persister = await openPersister({ dsn: database.dsn, autoMigrate: false });
          await persister.trimChanges({ committedBefore: new Date(Date.now() + 3_600_000), limit: 10_000 });
          return `snaptoken=${snaptokens.format(0)}`;
        },
        status: 410,
        details: { domain: 'stheno', reason: 'SNAPTOKEN_TOO_OLD', metadata: {} },
      },
    ]) {
      it(`answers ${what} with ${status}`, async () => {
        const response = await watch(await query());
        const { error } = (await response.json()) as { error: { code: number; details?: unknown } };
        assert.deepEqual([response.status, error.code, error.details], [status, status, details]);
      });
    }

    it('goes on from a token although the namespace has left the model', async () => {
      const token = await insert(server, 'groups', 'before');
      await using events = new EventReader(await watch(`snaptoken=${token}&namespace=Gone&namespace=groups`));
      assert.equal((await events.next()).id, token);
    });
  });
}

it('a server that stops says so to those who watch, at once', async () => {
  await using server = await startServer({ serve: { read: { shutdown_grace: '1h' } } });
  await using events = new EventReader(await fetch(`http://${server.readAddress}/relation-tuples/watch`));
  await events.next();
  const transport = createGrpcTransport({ baseUrl: `http://${server.readAddress}` });
  const responses = createClient(WatchService, transport).watch({})[Symbol.asyncIterator]();
  await responses.next();
  const stopping = server.server.stop();
  const { name, id, data } = await events.next();
  const error = { code: 503, status: 'Service Unavailable', message: 'the server is shutting down' };
  assert.deepEqual([name, id, data], ['failure', undefined, { error }]);
  assert.equal(await events.rest(), '');
  await assert.rejects(responses.next(), { code: Code.Unavailable, rawMessage: 'the server is shutting down' });
  await stopping;
  // It is no fault.
  assert.deepEqual(
    server.logged.filter(({ level }) => level === 'error'),
    [],
  );
});

it('a server has as many watches as it may, and no more', async () => {
  await using server = await startServer({ feed: { max_watches: 1 } });
  const watch = () => fetch(`http://${server.readAddress}/relation-tuples/watch`);
  {
    await using events = new EventReader(await watch());
    await events.next();
    const refused = await watch();
    assert.equal(refused.status, 429);
    const message = 'this server has 1 watches, the most that feed.max_watches allows';
    assert.deepEqual(await refused.json(), {
      error: {
        code: 429,
        status: 'Too Many Requests',
        details: { domain: 'stheno', reason: 'TOO_MANY_WATCHES', metadata: { max_watches: '1' } },
        message,
      },
    });
    const client = createClient(WatchService, createGrpcTransport({ baseUrl: `http://${server.readAddress}` }));
    const next = client.watch({})[Symbol.asyncIterator]().next();
    await assert.rejects(next, { code: Code.ResourceExhausted, rawMessage: message });
    const metrics = await server.metrics();
    for (const line of ['stheno_watches 1', 'stheno_watches_max 1', 'stheno_watches_refused_total 2']) {
      assert.ok(metrics.includes(`\n${line}\n`), line);
    }
  }
  // Once the other one is over there is room.
  await eventually(async () => {
    const response = await watch();
    await response.body?.cancel();
    return response.status === 200;
  });
});

describe('watching several servers', { concurrency: true }, () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  for (const { name, create } of KINDS) {
    it(`has no gaps, whoever writes and whoever is killed, on ${name}`, async () => {
      await using database = await create();
      await (await openPersister({ dsn: database.dsn, autoMigrate: true }))[Symbol.asyncDispose]();
      const start = (graph: boolean): Promise<SthenoProcess> =>
        SthenoProcess.start({
          mainFile: program.mainFile,
          dsn: database.dsn,
          config: { namespaces: [{ name: 'groups' }], graph: { enabled: graph } },
        });
      const doomed = await start(true);
      await using steady = await start(false);
      const empty = await fetch(`${steady.url('read')}/relation-tuples`);
      const zero = empty.headers.get('stheno-snaptoken') ?? '';
      let target = doomed.url('read');
      const switching = (open: (url: string) => ClientTransport) => (url: string) => ({
        unary: open(url).unary,
        stream: ((...call) => open(target).stream(...call)) as ClientTransport['stream'],
      });
      const clients = [
        new SthenoClient({ baseUrl: doomed.url('read'), transport: switching(fetchTransport()) }),
        new SthenoClient({ baseUrl: doomed.url('read'), transport: switching(nodeTransport()) }),
        new SthenoClient({ baseUrl: steady.url('read') }),
      ];
      const watchers = clients.map((client) => new TokenWatcher(client.watch({ snaptoken: zero, heartbeatMs: 100 })));
      const writing = writeAtRandom([steady.url('write')], 120);
      await writeAtRandom([doomed.url('write')], 60);
      await using heir = await start(true);
      target = heir.url('read');
      await doomed.end('SIGKILL');
      await writeAtRandom([heir.url('write')], 60);
      await writing;

      const { stored, token } = await listAll(steady.url('read'));
      for (const watcher of watchers) await watcher.until(token);
      const [first, ...others] = watchers;
      for (const watcher of others) assert.deepEqual(watcher.tokens, first?.tokens);
      for (const watcher of watchers) {
        assert.deepEqual([...watcher.stored].sort(), stored);
        await watcher.end();
      }
      for (const client of clients) client.close();
      await doomed[Symbol.asyncDispose]();
    });
  }
});

/** Applies what it is told. */
class TokenWatcher {
  readonly stored = new Set<string>();
  /** Of the commits, in their order. */
  readonly tokens: string[] = [];
  readonly #events: AsyncGenerator<WatchEvent, never>;

  constructor(events: AsyncGenerator<WatchEvent, never>) {
    this.#events = events;
  }

  async until(token: string): Promise<void> {
    for (;;) {
      const { value: event } = await this.#events.next();
      if (event.kind === 'tuples') {
        this.tokens.push(event.snaptoken);
        for (const { action, tuple } of event.changes) {
          if (tuple.subject.kind !== 'id') continue;
          const key = `${tuple.object}@${tuple.subject.id}`;
          if (action === 'insert') this.stored.add(key);
          else this.stored.delete(key);
        }
      }
      if (event.snaptoken === token) return;
    }
  }

  async end(): Promise<void> {
    await this.#events.return(undefined as never); // it has no value to return
  }
}

/** Transactions over few tuples, through all servers at once. */
async function writeAtRandom(urls: readonly string[], count: number): Promise<void> {
  const random = (below: number): number => Math.floor(Math.random() * below);
  const writer = async (url: string): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const deltas = Array.from({ length: 1 + random(3) }, () => ({
        action: random(5) < 3 ? 'insert' : 'delete',
        relation_tuple: { ...tupleOf('groups', `o${random(5)}`), subject_id: `s${random(4)}` },
      }));
      const body = JSON.stringify(deltas);
      const response = await fetch(`${url}/admin/relation-tuples`, { method: 'PATCH', body });
      assert.equal(response.status, 204, await response.text());
    }
  };
  await Promise.all(urls.map(writer));
}

async function listAll(url: string): Promise<{ stored: string[]; token: string }> {
  const response = await fetch(`${url}/relation-tuples?page_size=500`);
  const { relation_tuples: tuples } = (await response.json()) as {
    relation_tuples: { object: string; subject_id: string }[];
  };
  return {
    stored: tuples.map(({ object, subject_id }) => `${object}@${subject_id}`).sort(),
    token: response.headers.get('stheno-snaptoken') ?? '',
  };
}

function tupleOf(namespace: string, object: string) {
  return { namespace, object, relation: 'owner', subject_id: 'ann' };
}

/** @returns the snaptoken */
function insert(server: ServerInProcess, namespace: string, object: string): Promise<string> {
  return patch(server, [{ action: 'insert', relation_tuple: tupleOf(namespace, object) }]);
}

async function patch(server: ServerInProcess, deltas: readonly object[]): Promise<string> {
  const response = await fetch(`http://${server.writeAddress}/admin/relation-tuples`, {
    method: 'PATCH',
    body: JSON.stringify(deltas),
  });
  assert.equal(response.status, 204);
  return response.headers.get('stheno-snaptoken') ?? '';
}

function foreignToken(): string {
  return new Snaptokens({ networkId: new Uint8Array(16) }).format(1);
}
