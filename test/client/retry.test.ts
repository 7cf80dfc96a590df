import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type ClientOptions, RequestError, SthenoClient } from '../../src/client/index.ts';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { retryDelayMs } from '../../src/client/retry-policy.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { type Fate, FaultyServer } from './support/faulty-server.ts';
import { TRANSPORTS } from './support/open-client.ts';

const QUICK = { initialDelayMs: 1, maxDelayMs: 5 };

describe('a call over a bad connection', () => {
  let server: ReplayServer;
  before(async () => {
    server = await ReplayServer.start({ namespaces: [{ id: 0, name: 'files' }] });
  });
  after(() => server[Symbol.asyncDispose]());

  const start = (...fates: Fate[]): Promise<FaultyServer> =>
    FaultyServer.start({ upstreamPort: server.port('write'), fates });
  const open = (faulty: FaultyServer, options: ClientOptions = {}): SthenoClient =>
    new SthenoClient({ baseUrl: faulty.url, retry: QUICK, transport: nodeTransport(), ...options });

  for (const [name, transport] of Object.entries(TRANSPORTS)) {
    it(`is sent again after the connection broke (${name})`, async () => {
      await using faulty = await start('break', 'break', 'break');
      const client = open(faulty, { transport });
      await client.write([{ insert: `files:a#owner@ann` }]);
      assert.ok(faulty.connections >= 4, `${faulty.connections} connections`);
      assert.equal(await client.check('files:a#owner@ann'), true);
    });

    it(`fails after so many attempts (${name})`, async () => {
      await using faulty = await start('break', 'break', 'break');
      const client = open(faulty, { transport, retry: { ...QUICK, maxAttempts: 3 } });
      const error = await client.version().catch((e: unknown) => e);
      assert.ok(error instanceof RequestError);
      assert.ok(error.code === 'unavailable' || error.code === 'aborted', error.code);
      assert.equal(error.attempts, 3);
    });

    it(`connects again after a connection that stood broke (${name})`, async () => {
      await using faulty = await start();
      const client = open(faulty, { transport });
      await client.version();
      faulty.breakConnections();
      assert.match(await client.version(), /^v/);
      assert.ok(faulty.connections >= 2);
    });
  }

  it('may reach the server twice, and stores a tuple once', async () => {
    await using faulty = await start('answer then break');
    const client = open(faulty, { transport: TRANSPORTS['Connect over HTTP/1.1'] });
    await client.write([{ insert: 'files:twice#owner@ann' }]);
    const tuples = [];
    for await (const tuple of client.listTuples({ object: 'twice' })) tuples.push(tuple);
    assert.equal(tuples.length, 1);
    assert.ok(faulty.connections >= 2);
  });

  it('is not sent again when it may be sent once', async () => {
    await using faulty = await start('break');
    const client = open(faulty);
    await assert.rejects(client.version({ retry: { maxAttempts: 1 } }), { attempts: 1 });
    assert.equal(faulty.connections, 1);
  });

  it('is not sent again when the server refused it', async () => {
    await using faulty = await start();
    const client = open(faulty);
    await assert.rejects(client.check('nowhere:a#b@c'), { code: 'not_found', attempts: 1 });
  });

  it('ends at its deadline, whatever happens until then', async () => {
    await using hanging = await start('hang');
    const client = open(hanging);
    await assert.rejects(client.version({ timeoutMs: 50 }), { code: 'deadline_exceeded' });

    await using breaking = await start(...Array.from({ length: 1_000 }, (): Fate => 'break'));
    const retrying = open(breaking, { retry: { maxAttempts: 1_000, initialDelayMs: 20 }, timeoutMs: 150 });
    const startedMs = performance.now();
    await assert.rejects(retrying.version(), RequestError);
    assert.ok(performance.now() - startedMs < 2_000);
  });

  it('ends with its signal, also between attempts', async () => {
    await using faulty = await start('break', 'break');
    const client = open(faulty, { retry: { initialDelayMs: 1e9, maxDelayMs: 1e9 }, timeoutMs: 2 ** 40 });
    const call = client.version({ signal: AbortSignal.timeout(100) });
    await assert.rejects(call, { name: 'RequestError', code: 'canceled' });
    assert.equal(faulty.connections, 1);
  });

  for (const [name, transport] of Object.entries(TRANSPORTS)) {
    it(`fails when the client is closed (${name})`, async () => {
      await using faulty = await start('hang', 'hang', 'hang', 'hang');
      const client = open(faulty, { transport, timeoutMs: 300 });
      const running = client.version();
      running.catch(() => {}); // looked at below
      client.close();
      await assert.rejects(running, RequestError);
      await assert.rejects(client.version(), { code: 'canceled', message: 'the client is closed' });
    });
  }

  it('must have some time', async () => {
    await using faulty = await start();
    const client = open(faulty);
    for (const timeoutMs of [0, -1, Number.NaN]) {
      await assert.rejects(client.version({ timeoutMs }), { code: 'invalid_argument' });
    }
  });
});

describe('a server that is busy', () => {
  it('is asked again until it answers, with a fresh bearer token each time', async () => {
    const seen: (string | undefined)[] = [];
    const busy = createServer((request, response) => {
      seen.push(`${request.headers.authorization} ${request.headers['x-team']}`);
      if (seen.length < 3) response.writeHead(503).end();
      else response.writeHead(200, { 'content-type': 'application/proto' }).end(Buffer.from('\n\x02v9', 'latin1'));
    });
    busy.listen(0, '127.0.0.1');
    await once(busy, 'listening');
    try {
      let renewed = 0;
      const client = new SthenoClient({
        baseUrl: `http://127.0.0.1:${(busy.address() as AddressInfo).port}`,
        bearerToken: async () => `secret-${++renewed}`,
        headers: { 'X-Team': 'eng' },
        retry: QUICK,
      });
      assert.equal(await client.version(), 'v9');
      assert.deepEqual(seen, ['Bearer secret-1 eng', 'Bearer secret-2 eng', 'Bearer secret-3 eng']);
    } finally {
      busy.closeAllConnections();
      busy.close();
    }
  });
});

describe('the pause before another attempt', () => {
  it('grows exponentially up to a limit, and is a random part of that', () => {
    const policy = { maxAttempts: 20, initialDelayMs: 100, maxDelayMs: 1_000 };
    for (const { attempts, limitMs } of [
      { attempts: 1, limitMs: 100 },
      { attempts: 2, limitMs: 200 },
      { attempts: 4, limitMs: 800 },
      { attempts: 10, limitMs: 1_000 },
    ]) {
      const delays = Array.from({ length: 200 }, () => retryDelayMs(policy, { code: 'unavailable', attempts }) ?? -1);
      assert.ok(Math.min(...delays) >= 0 && Math.max(...delays) <= limitMs);
      assert.ok(Math.max(...delays) > limitMs / 2 && Math.min(...delays) < limitMs / 2);
    }
  });

  for (const code of ['resource_exhausted', 'deadline_exceeded', 'canceled', 'internal', 'not_found'] as const) {
    it(`is none after ${code}`, () => assert.equal(retryDelayMs({}, { code, attempts: 1 }), undefined));
  }
});
