import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as http2Connect } from 'node:http2';
import { connect as netConnect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Listener } from '../../src/server/listener.ts';
import { openListener } from './support/open-listener.ts';
import { CHECK, framed, rawGrpc } from './support/raw-grpc.ts';

describe('a listener bears', () => {
  let listener: Listener;
  before(async () => {
    listener = await openListener({ limits: { readTimeoutMs: 300, maxHeaderBytes: 8192, maxMessageBytes: 10_000 } });
  });
  after(() => listener.close({ graceMs: 0 }));

  const open = async (): Promise<Socket> => {
    const socket = netConnect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  /** What is answered to the bytes until the connection ends. */
  const exchange = async (bytes: string | Buffer): Promise<string> => {
    const socket = await open();
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(bytes);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  };
  const isAlive = async (): Promise<void> => {
    const { trailers } = await rawGrpc(listener, { body: framed(Buffer.alloc(0)) });
    assert.equal(trailers['grpc-status'], '0');
  };

  for (const { name, bytes, answer } of [
    {
      name: 'a space in the target',
      bytes: 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
      answer: /^HTTP\/1\.1 400 Bad Request\r\n.*\r\n\r\n400 Bad Request$/s,
    },
    {
      name: 'a request without Host',
      bytes: 'GET / HTTP/1.1\r\n\r\n',
      answer: /^HTTP\/1\.1 400 .*400 Bad Request: missing required Host header$/s,
    },
    {
      name: 'too large headers',
      bytes: `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(9000)}\r\n\r\n`,
      answer: /^HTTP\/1\.1 431 .*text\/plain.*431 Request Header Fields Too Large$/s,
    },
    {
      name: 'a too long target',
      bytes: `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      answer: /^HTTP\/1\.1 431 /s,
    },
    { name: 'what is no HTTP', bytes: 'EHLO example.com\r\n', answer: /^HTTP\/1\.1 400 /s },
    { name: 'a wrong preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', answer: /^HTTP\/1\.1 400 /s },
    {
      name: 'garbage after the preface',
      bytes: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'x'.repeat(100)}`,
      answer: /GOAWAY|^\0\0./s,
    },
    { name: 'TLS on a plain port', bytes: Buffer.from('16030100c8010000c40303', 'hex'), answer: /^$/ },
    {
      name: 'conflicting lengths',
      bytes: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      answer: /^HTTP\/1\.1 400 /s,
    },
    { name: 'headers that never end', bytes: 'GET / HTTP/1.1\r\nHost: x\r\n', answer: /^$/ },
    { name: 'a preface that never ends', bytes: 'PRI * HTTP/2', answer: /^$/ },
  ]) {
    it(name, async () => {
      assert.match(await exchange(bytes), answer);
      await isAlive();
    });
  }

  it('clients that say nothing', async () => {
    const socket = await open();
    await once(socket.resume(), 'close');
  });

  it('HTTP/1.0', async () => {
    assert.match(await exchange('GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 404 .*404 page not found\n$/s);
  });

  it('raw UTF-8 in the target', async () => {
    assert.match(
      await exchange(Buffer.from('GET /ż HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')),
      /^HTTP\/1\.1 404 /,
    );
  });

  it('a body that never ends', async () => {
    const answer = await exchange(
      `POST ${CHECK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    assert.equal(answer, '');
  });

  for (const headers of [{ 'content-type': 'application/grpc' }, { 'content-type': 'application/json' }]) {
    it(`a stream that never ends its request (${headers['content-type']})`, async () => {
      const session = http2Connect(`http://${listener.address}`);
      const stream = session.request({ ':method': 'POST', ':path': CHECK, ...headers });
      stream.on('error', () => {});
      stream.write(Buffer.alloc(1));
      await once(stream, 'close');
      assert.equal(session.closed, false, 'the connection goes on');
      session.close();
    });
  }

  it('a message that is larger than it says at first', async () => {
    const { trailers } = await rawGrpc(listener, {
      body: [Buffer.alloc(1), ...Array.from({ length: 5 }, () => Buffer.alloc(4000))],
    });
    assert.equal(trailers['grpc-status'], '12');
  });

  it('too large headers of HTTP/2', async () => {
    const session = http2Connect(`http://${listener.address}`);
    session.on('error', () => {});
    await once(session, 'remoteSettings');
    await new Promise((resolve) => session.ping(resolve)); // the limit holds once the settings are acknowledged
    const stream = session.request({ ':path': '/', a: 'a'.repeat(60_000) });
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => stream.on('error', resolve));
    assert.equal(error.code, 'ERR_HTTP2_STREAM_ERROR');
    session.destroy();
    await isAlive();
  });

  it('a flood of streams that are reset at once', async () => {
    const session = http2Connect(`http://${listener.address}`);
    session.on('error', () => {});
    const closed = new Promise((resolve) => session.on('close', resolve));
    for (let round = 0; round < 40 && !session.closed && !session.destroyed; round++) {
      for (let count = 0; count < 100; count++) {
        const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
        stream.on('error', () => {});
        stream.close(8);
      }
      await sleep(1);
    }
    await closed;
    await isAlive();
  });

  it('clients that vanish in the middle of an answer', async () => {
    for (let count = 0; count < 20; count++) {
      const request = httpRequest({
        port: listener.port,
        host: '127.0.0.1',
        method: 'POST',
        path: CHECK,
        agent: false,
      });
      request.on('error', () => {});
      request.setHeader('content-type', 'application/json');
      request.end('{"namespace":"slow"}', () => request.destroy());
    }
    await sleep(150);
    await isAlive();
  });
});
