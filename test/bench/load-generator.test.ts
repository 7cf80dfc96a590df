import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { LoadGenerator } from '../../bench/load/load-generator.ts';
import type { Question, WindowOrder } from '../../bench/load/window.ts';

const YES = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);
const NO = Buffer.from([0, 0, 0, 0, 0]);

describe('the load generator', () => {
  it('sends questions and writes in their shares, on a few connections, with the headers of gRPC', async () => {
    await using server = await answering(({ body }) => (body === 'no' ? NO : YES));
    using generator = new LoadGenerator();
    const writes = { path: '/test.Write/Write', questions: many('write', 5000, undefined), share: 0.2 };
    const order = { ...server.order, writes, maxAnswers: 400 };
    const result = await generator.measure(order);

    const written = server.received.filter(({ path }) => path === writes.path);
    const asked = server.received.filter(({ path }) => path === order.path);
    assert.equal(written.length + asked.length, server.received.length);
    assert.ok(Math.abs(written.length / server.received.length - 0.2) < 0.02, `${written.length} writes`);
    assert.ok(asked.length >= 400 && result.requests >= 400);
    assert.equal(new Set(written.map(({ body }) => body)).size, written.length, 'no write is sent twice');
    assert.equal(new Set(server.received.map(({ session }) => session)).size, order.connections);
    for (const { headers } of server.received) {
      assert.deepEqual(headers, ['POST', 'http', server.authority, 'application/grpc', 'trailers']);
    }
  });

  const failures = [
    { name: 'a wrong answer', questions: [question('no', true)], message: /wrong answer of \/test.Check\/Check/ },
    {
      name: 'questions that run out',
      questions: [question('yes', true)],
      areAskedOnce: true,
      message: /all 1 questions were asked/,
    },
  ];
  for (const { name, message, ...order } of failures) {
    it(`fails at ${name}`, async () => {
      await using server = await answering(({ body }) => (body === 'no' ? NO : YES));
      using generator = new LoadGenerator();
      await assert.rejects(generator.measure({ ...server.order, ...order }), message);
    });
  }
});

interface Received {
  readonly path: string;
  readonly body: string;
  readonly session: number;
  readonly headers: readonly (string | undefined)[];
}

/** A server that answers every message, the text after its prefix, and remembers what it received. */
async function answering(answer: (request: Received) => Buffer): Promise<
  AsyncDisposable & {
    readonly received: Received[];
    readonly authority: string;
    readonly order: WindowOrder;
  }
> {
  const received: Received[] = [];
  const sessions: unknown[] = [];
  const server = createServer();
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {}); // the generator ends a window by closing its connections
  });
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const names = [':method', ':scheme', ':authority', 'content-type', 'te'] as const;
      const request = {
        path: String(headers[':path']),
        body: Buffer.concat(chunks).toString('utf8', 5),
        session: sessions.indexOf(stream.session),
        headers: names.map((name) => headers[name]?.toString()),
      };
      received.push(request);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(answer(request));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    received,
    authority: `127.0.0.1:${port}`,
    order: {
      protocol: 'grpc',
      port,
      pid: undefined,
      path: '/test.Check/Check',
      questions: [question('yes', true), question('no', false)],
      connections: 3,
      inFlight: 2,
      warmUpMs: 0,
      windowMs: 10_000,
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

function question(text: string, isAllowed: Question['isAllowed']): Question {
  return { bytes: Buffer.from(text).toString('base64'), isAllowed };
}

function many(text: string, count: number, isAllowed: Question['isAllowed']): Question[] {
  return Array.from({ length: count }, (_, place) => question(`${text}-${place}`, isAllowed));
}
