import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SthenoError } from '../../src/errors.ts';
import type { Listener } from '../../src/server/listener.ts';
import type { StreamAnswer } from '../../src/server/rest/answer.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { openListener } from '../server/support/open-listener.ts';
import { eventually } from '../support/eventually.ts';

const CHUNK = Buffer.alloc(64 * 1024, 'x');

describe('an answer that is a stream', () => {
  it('sends each part when it is there', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using streaming = await serve(async function* () {
      yield 'first\n';
      await released;
      yield Buffer.from('second\n');
    });
    const response = await fetch(streaming.url);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/plain']);
    assert.deepEqual([response.headers.get('x-kind'), response.headers.get('content-length')], ['stream', null]);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader(); // a 200 has one
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'first\n');
    release();
    assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'second\n');
    assert.equal((await reader.read()).done, true);
  });

  it('is sent over HTTP/2 as well', async () => {
    await using streaming = await serve(async function* () {
      yield 'first ';
      yield 'second';
    });
    const session = connectHttp2(streaming.url);
    const stream = session.request({ ':path': '/stream' });
    let text = '';
    stream.on('data', (chunk) => (text += chunk));
    await once(stream, 'end');
    session.close();
    assert.equal(text, 'first second');
  });

  it('that fails before its first part is the usual error', async () => {
    // biome-ignore lint/correctness/useYield: it comes to nothing
    await using streaming = await serve(async function* () {
      throw new SthenoError('out_of_range', { message: 'gone' });
    });
    const response = await fetch(streaming.url);
    assert.equal(response.status, 410);
    assert.deepEqual(await response.json(), { error: { code: 410, status: 'Gone', message: 'gone' } });
  });

  for (const { isTold, expected } of [
    { isTold: true, expected: 'begun, and ended: Error: broken' },
    { isTold: false, expected: undefined },
  ]) {
    it(`that fails later ${isTold ? 'ends with a word about it' : 'is cut off'}`, async () => {
      await using streaming = await serve(
        async function* () {
          yield 'begun';
          throw new Error('broken');
        },
        isTold ? { lastChunk: (error) => `, and ended: ${error}` } : {},
      );
      const text = await fetch(streaming.url)
        .then((response) => response.text())
        .catch(() => undefined);
      assert.equal(text, expected);
      assert.deepEqual(streaming.faults.length, 1);
    });
  }

  it('has no parts for HEAD', async () => {
    await using streaming = await serve(async function* () {
      yield 'first';
    });
    const response = await fetch(streaming.url, { method: 'HEAD' });
    assert.deepEqual([response.status, response.headers.get('x-kind'), await response.text()], [200, 'stream', '']);
    await eventually(() => streaming.hasEnded());
  });

  it('is read no faster than its client reads', async () => {
    let made = 0;
    await using streaming = await serve(async function* () {
      for (; made < 10_000; made++) yield CHUNK;
    });
    const socket = connect(streaming.listener.port, '127.0.0.1');
    socket.write('GET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    let before = -1;
    // What the buffers on the way hold is made, and then no more.
    await eventually(async () => {
      const isStill = before === made;
      before = made;
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      return isStill && made > 0;
    });
    assert.ok(made < 5000, `${made} parts were made for a client that reads none`);
    socket.destroy();
    await eventually(() => streaming.hasEnded());
    assert.deepEqual(streaming.faults, []);
  });

  it('ends when its client goes away while there is nothing to send', async () => {
    await using streaming = await serve(async function* (signal) {
      yield 'first';
      await aborted(signal);
    });
    const leaving = new AbortController();
    const response = await fetch(streaming.url, { signal: leaving.signal });
    await (response.body as ReadableStream).getReader().read(); // a 200 has one
    leaving.abort();
    await eventually(() => streaming.hasEnded());
    assert.deepEqual(streaming.faults, []);
  });

  it('is given up when the server stops, which does not wait for it', async () => {
    await using streaming = await serve(
      async function* (signal) {
        yield 'first';
        await aborted(signal);
      },
      { lastChunk: (error) => `, ${(error as Error).message}` },
    );
    const response = await fetch(streaming.url);
    const text = response.text();
    // The grace would outlast the test.
    await streaming.listener.close({ graceMs: 3_600_000 });
    assert.equal(await text, 'first, the server is shutting down');
    assert.ok(streaming.hasEnded());
    assert.deepEqual(streaming.faults, []);
  });
});

interface Streaming extends AsyncDisposable {
  readonly url: string;
  readonly listener: Listener;
  readonly faults: readonly unknown[];
  /** Whether nobody reads the parts any more. */
  hasEnded(): boolean;
}

/** A server whose one route answers with the parts. */
async function serve(
  parts: (signal: AbortSignal) => AsyncGenerator<string | Uint8Array, void>,
  more: Partial<StreamAnswer> = {},
): Promise<Streaming> {
  const faults: unknown[] = [];
  let hasEnded = false;
  const handle = async ({ call }: { call: { signal: AbortSignal } }): Promise<StreamAnswer> => ({
    kind: 'stream',
    status: 200,
    contentType: 'text/plain',
    headers: { 'x-kind': 'stream' },
    chunks: until(parts(call.signal), () => {
      hasEnded = true;
    }),
    ...more,
  });
  const fallback = createRestHandler({
    routes: [{ method: 'GET', path: '/stream', handle }],
    limits: { maxBodyBytes: 1024 },
    logger: { error: (fields: unknown) => faults.push(fields) } as never, // no other method is called
  });
  const listener = await openListener({ fallback });
  return {
    url: `http://127.0.0.1:${listener.port}/stream`,
    listener,
    faults,
    hasEnded: () => hasEnded,
    [Symbol.asyncDispose]: () => listener.close({ graceMs: 0 }),
  };
}

async function* until<T>(parts: AsyncGenerator<T, void>, onEnd: () => void): AsyncGenerator<T, void> {
  try {
    yield* parts;
  } finally {
    onEnd();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
