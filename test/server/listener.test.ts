import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ListenError } from '../../src/server/listen-error.ts';
import type { Listener } from '../../src/server/listener.ts';
import { hanging, held } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';
import { CHECK, framed, rawGrpc } from './support/raw-grpc.ts';
import { selfSigned } from './support/self-signed.ts';

const tls = selfSigned('localhost');

for (const secure of [false, true]) {
  describe(secure ? 'a listener with TLS' : 'a listener in the clear', { skip: secure && tls === undefined }, () => {
    let listener: Listener;
    const transports: { name: string; open: () => Transport }[] = [];
    before(async () => {
      listener = await openListener({ tls: secure ? tls : undefined });
    });
    after(() => listener.close({ graceMs: 0 }));
    const base = () => ({
      baseUrl: `${secure ? 'https' : 'http'}://localhost:${listener.port}`,
      nodeOptions: { ca: tls?.cert, host: '127.0.0.1' } as object,
      idleConnectionTimeoutMs: 1,
    });
    transports.push({ name: 'gRPC', open: () => createGrpcTransport(base()) });
    transports.push({
      name: 'gRPC, no compression',
      open: () => createGrpcTransport({ ...base(), acceptCompression: [] }),
    });
    transports.push({ name: 'gRPC, JSON', open: () => createGrpcTransport({ ...base(), useBinaryFormat: false }) });
    for (const httpVersion of ['1.1', '2'] as const) {
      for (const useBinaryFormat of [true, false]) {
        const name = `HTTP/${httpVersion}, ${useBinaryFormat ? 'binary' : 'JSON'}`;
        const options = { httpVersion, useBinaryFormat };
        transports.push({ name: `gRPC-Web, ${name}`, open: () => createGrpcWebTransport({ ...base(), ...options }) });
        transports.push({ name: `Connect, ${name}`, open: () => createConnectTransport({ ...base(), ...options }) });
      }
    }

    for (const { name, open } of transports) {
      it(`answers a call (${name})`, async () => {
        const answer = await createClient(CheckService, open()).check({ namespace: 'videos', object: 'żółw 🐢' });
        assert.deepEqual([answer.allowed, answer.snaptoken], [true, 'żółw 🐢']);
      });

      it(`tells why a call failed (${name})`, async () => {
        const error = await createClient(CheckService, open())
          .check({ namespace: 'unknown', object: 'żółw "x"' })
          .then(() => assert.fail('the call succeeded'), ConnectError.from);
        assert.deepEqual([error.code, error.rawMessage], [Code.NotFound, 'The requested resource could not be found']);
        assert.deepEqual(
          error.findDetails(ErrorInfoSchema).map(({ reason }) => reason),
          ['Unknown namespace with name "żółw \\"x\\"".'],
        );
      });
    }

    it('passes what is no RPC on', async () => {
      const answer = await get(listener, '/relation-tuples', secure);
      assert.deepEqual(answer, { status: 404, body: '404 page not found\n' });
    });
  });
}

describe('TLS', { skip: tls === undefined }, () => {
  it('uses a replaced certificate for new connections', async () => {
    await using listener = await openListener({ tls });
    assert.equal(await commonName(listener), 'localhost');
    listener.replaceCertificate(selfSigned('replaced') ?? assert.fail());
    assert.equal(await commonName(listener), 'replaced');
  });

  it('tells a client that speaks plain HTTP', async () => {
    await using listener = await openListener({ tls });
    assert.match(
      await exchange(listener, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      /^HTTP\/1\.1 400 .*this port speaks TLS$/s,
    );
  });
});

describe('Listener', () => {
  it('tells the address it got', async () => {
    await using listener = await openListener();
    assert.match(listener.address, /^127\.0\.0\.1:[1-9]\d*$/);
  });

  it('refuses to start on a taken port', async () => {
    await using listener = await openListener();
    await assert.rejects(openListener({ port: listener.port }), (error) => {
      assert(error instanceof ListenError);
      assert.equal(error.message, `unable to listen on "${listener.address}": address already in use`);
      return true;
    });
  });

  it('listens on a Unix socket', async () => {
    const socketPath = join(tmpdir(), `stheno-${process.pid}.sock`);
    await using listener = await openListener({ socketPath });
    assert.equal(listener.address, socketPath);
    const status = await new Promise((resolve, reject) => {
      httpRequest({ socketPath, path: '/' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    assert.equal(status, 404);
  });

  it('lets running calls finish when it closes, and takes no more', async () => {
    const listener = await openListener();
    const running = rawGrpc(listener, { body: framed(Buffer.from('\x0a\x04held', 'latin1')) });
    while (held.length === 0) await sleep(5);
    const { port } = listener;
    const closed = listener.close({ graceMs: 60_000 });
    await assert.rejects(get({ port }, '/', false), { code: 'ECONNREFUSED' });
    for (const answer of held.splice(0)) answer();
    assert.equal((await running).trailers['grpc-status'], '0');
    await closed;
  });

  it('ends what does not finish within the grace', async () => {
    const listener = await openListener();
    const count = hanging.length;
    const running = rawGrpc(listener, { body: framed(Buffer.from('\x0a\x04hang', 'latin1')) });
    running.catch(() => {}); // awaited below
    while (hanging.length === count) await sleep(5);
    await listener.close({ graceMs: 50 });
    await running.then(
      (answer) => assert.equal(answer.trailers['grpc-status'], undefined),
      () => {},
    );
    assert.equal(hanging.at(-1)?.aborted, true);
  });

  it('closes connections that have said nothing at once', async () => {
    const listener = await openListener();
    const socket = netConnect(listener.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('connect', resolve));
    await listener.close({ graceMs: 60_000 });
    await closed;
  });

  it('answers a client that has closed its side', async () => {
    await using listener = await openListener();
    assert.match(
      await exchange(listener, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', true),
      /^HTTP\/1\.1 404 /,
    );
  });

  it('recognises HTTP/2 when its preface comes in pieces', async () => {
    await using listener = await openListener();
    const socket = netConnect(listener.port, '127.0.0.1');
    const [preface, settings] = ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0'];
    for (const byte of preface) {
      socket.write(byte);
      await sleep(1);
    }
    socket.write(settings);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    assert.equal(first[3], 4, 'the type of the first frame is SETTINGS');
  });

  it('sends calls over HTTP/1.1 the way of their path', async () => {
    await using listener = await openListener();
    const answer = await get(listener, CHECK, false);
    assert.deepEqual(answer, { status: 405, body: '' });
  });
});

function get({ port }: { port: number }, path: string, secure: boolean): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(
      { port, host: '127.0.0.1', path, agent: false, servername: 'localhost', ca: tls?.cert },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject).end();
  });
}

function commonName(listener: Listener): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ port: listener.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

/** What the server says to these bytes until it closes the connection. */
function exchange(listener: Listener, bytes: string, end = false): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = netConnect(listener.port, '127.0.0.1', () => (end ? socket.end(bytes) : socket.write(bytes)));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
