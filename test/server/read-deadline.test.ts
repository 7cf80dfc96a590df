import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as http2Connect } from 'node:http2';
import { connect as netConnect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Listener } from '../../src/server/listener.ts';
import { ok } from '../../src/server/rest/answer.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import type { RestRequest, Route } from '../../src/server/rest/route.ts';

const MODES: Readonly<Record<string, (request: RestRequest) => Promise<number>>> = {
  '/whole': async (request) => (await request.body()).length,
  '/chunks': async (request) => {
    let bytes = 0;
    for await (const chunk of request.bodyChunks()) bytes += chunk.length;
    return bytes;
  },
  '/refused': async (request) => {
    await request.bodyChunks()[Symbol.asyncIterator]().next();
    return 0;
  },
};
const ROUTES = Object.entries(MODES).map(
  ([path, count]): Route => ({ method: 'POST', path, handle: async (request) => ok({ bytes: await count(request) }) }),
);

describe('the time that a body has to arrive', () => {
  let listener: Listener;
  before(async () => {
    listener = await Listener.listen({
      name: 'x',
      host: '127.0.0.1',
      services: [],
      fallback: createRestHandler({ routes: ROUTES, limits: { maxBodyBytes: 1000 } }),
      limits: { readTimeoutMs: 1000 }, // also for the first byte, on a busy machine
    });
  });
  after(() => listener.close({ graceMs: 0 }));

  const begin = async (path: string) => {
    const socket = netConnect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    let answered = '';
    socket.on('data', (chunk: Buffer) => (answered += chunk.toString()));
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n.\r\n`);
    // Not once(), which an error that comes before would reject.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    return { socket, answered: () => answered, closed };
  };

  it('ends one that is read as a whole, and none that is taken as it comes', async () => {
    const taken = await begin('/chunks');
    const whole = await begin('/whole');
    await whole.closed; // Its time is over, and so would be that of the other one, which is older.
    taken.socket.end('1\r\n.\r\n0\r\n\r\n');
    await taken.closed;
    assert.match(taken.answered(), /^HTTP\/1\.1 200 OK[\s\S]*\{"bytes":2\}/);
    assert.equal(whole.answered(), '');
  });

  it('begins anew for what is sent behind the answer', async () => {
    const { answered, closed } = await begin('/refused');
    await closed;
    assert.match(answered(), /\{"bytes":0\}/);
  });

  it('is the same over HTTP/2', async () => {
    const session = http2Connect(`http://127.0.0.1:${listener.port}`);
    const open = (path: string) => {
      const stream = session.request({ ':method': 'POST', ':path': path });
      stream.on('error', () => {});
      stream.write('.');
      return stream;
    };
    const [taken, whole] = [open('/chunks'), open('/whole')];
    await once(whole.resume(), 'close');
    taken.end('.');
    let answered = '';
    for await (const chunk of taken) answered += String(chunk);
    assert.equal(answered, '{"bytes":2}\n');
    session.close();
  });
});
