import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as netConnect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import type { HttpHandler } from '../../src/server/http-exchange.ts';
import { Listener } from '../../src/server/listener.ts';
import { selfSigned } from './support/self-signed.ts';

const tls = selfSigned('localhost');
/** More than the buffers of both ends of a connection hold. */
const LARGE_BYTES = 24 * 1024 * 1024;

describe('HTTP/1.1', () => {
  it('reads a request that comes in pieces behind an answer that is still being taken', { skip: !tls }, async () => {
    const answer: HttpHandler = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end(request.url === '/large' ? Buffer.alloc(LARGE_BYTES, '.') : `got ${Buffer.concat(chunks)}`);
      });
    };
    await using listener = await Listener.listen({ name: 'x', host: '127.0.0.1', tls, services: [], fallback: answer });
    using wire = await HeldWire.open(listener.port);
    const client = tlsConnect({ socket: wire.duplex, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
    await once(client, 'secureConnect');
    let received = '';
    let receivedBytes = 0;
    client.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      received = (received + chunk.toString('latin1')).slice(-1000);
    });
    const ended = once(client, 'close').then(() => assert.fail(`the connection ended after ${receivedBytes} bytes`));

    client.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => receivedBytes > 0);
    wire.stopReading();
    const body = 'the body';
    // Two TLS records that arrive together: the server has both before it can stop reading.
    wire.hold();
    client.write(`POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
    client.write(body);
    await turn();
    wire.release();
    await turn();
    wire.goOnReading();
    await Promise.race([until(() => received.endsWith(`got ${body}`)), ended]);
    client.destroy();
  });

  for (const connection of ['close', 'keep-alive']) {
    it(`lets a client that goes on sending see the answer it got early (Connection: ${connection})`, async () => {
      const answer: HttpHandler = (_request, response) => {
        response.statusCode = 413;
        response.end('too large');
      };
      await using listener = await Listener.listen({ name: 'x', host: '127.0.0.1', services: [], fallback: answer });
      const client = netConnect(listener.port, '127.0.0.1');
      const failed = once(client, 'error').then(([error]) => assert.fail(error as Error));
      await Promise.race([once(client, 'connect'), failed]);
      // Nothing is read before everything is sent: a reset in between would take the answer away.
      client.pause();
      client.write(`PUT / HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nTransfer-Encoding: chunked\r\n\r\n`);
      for (let piece = 0; piece < 20; piece++) {
        client.write(`1000\r\n${'.'.repeat(0x1000)}\r\n`);
        await sleep(5);
      }
      client.write('0\r\n\r\n');
      const chunks: Buffer[] = [];
      client.on('data', (chunk: Buffer) => chunks.push(chunk));
      client.resume();
      await Promise.race([until(() => Buffer.concat(chunks).includes('too large')), failed]);
      assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 413 /);
      if (connection === 'close') await Promise.race([once(client, 'close'), failed]);
      client.destroy();
    });
  }

  it('ends the connection of a client that goes on sending for too long after its answer', async () => {
    await using listener = await Listener.listen({
      name: 'x',
      host: '127.0.0.1',
      services: [],
      fallback: (_request, response) => void response.end(),
      limits: { readTimeoutMs: 200 },
    });
    const client = netConnect(listener.port, '127.0.0.1');
    client.on('error', () => {});
    client.write('PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n');
    const sending = setInterval(() => client.write(`1\r\n.\r\n`), 20);
    await once(client.resume(), 'close');
    clearInterval(sending);
  });
});

/** A connection whose bytes can be kept back, so that they are sent as one, and which can be left unread. */
class HeldWire implements Disposable {
  readonly duplex: Duplex;
  readonly #socket: Socket;
  readonly #held: Buffer[] = [];
  #isHeld = false;

  static async open(port: number): Promise<HeldWire> {
    const socket = netConnect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new HeldWire(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.duplex = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        if (this.#isHeld) this.#held.push(chunk);
        else this.#socket.write(chunk);
        done();
      },
    });
    socket.on('data', (chunk: Buffer) => this.duplex.push(chunk));
    socket.on('error', () => {});
    socket.once('close', () => this.duplex.destroy());
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#socket.write(Buffer.concat(this.#held));
  }

  stopReading(): void {
    this.#socket.pause();
  }

  goOnReading(): void {
    this.#socket.resume();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}
