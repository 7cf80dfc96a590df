import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, connect as http2Connect } from 'node:http2';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { selfSigned } from '../server/support/self-signed.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';
import { endInPeace, startHardyProcess } from './support/hardy-process.ts';
import { assertUnharmed, peakGrowthBytes } from './support/process-health.ts';
import { exchange, openSocket } from './support/raw-connections.ts';

/** The full sizes take minutes. */
const HEAVY = process.env.STHENO_TEST_HEAVY === '1';
const CONNECTIONS = HEAVY ? 10_000 : 500;
const SLOW_CLIENTS = HEAVY ? 5_000 : 300;
/** What a flood may make the server take for a while. */
const MAX_GROWTH_BYTES = 80_000_000;

const CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';

let program: BuiltProgram;
before(async () => {
  program = await buildProgram();
});
after(() => program[Symbol.dispose]());

describe('a server process bears', () => {
  let server: SthenoProcess;
  before(async () => {
    server = await startHardyProcess(program);
  });
  afterEach(() => assertUnharmed(server));
  after(() => endInPeace(server));

  it(`${SLOW_CLIENTS} clients that send a byte a second, beside one that is served`, async () => {
    const starts = [
      'GET /relation-tuples HTTP/1.1\r\nHost: x\r\n',
      `POST ${CHECK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
      'PRI * HT',
      '',
    ];
    const sockets: Socket[] = [];
    for (let count = 0; count < SLOW_CLIENTS; count++) {
      const socket = await openSocket(server.address('read'));
      socket.resume().write(starts[count % starts.length] || 'G');
      sockets.push(socket);
    }
    const trickle = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('x');
    }, 1000);
    try {
      const ended = Promise.all(sockets.map((socket) => closed(socket)));
      await assertUnharmed(server);
      await Promise.race([
        ended,
        sleep(60_000, undefined, { ref: false }).then(() => assert.fail('they are still there')),
      ]);
    } finally {
      clearInterval(trickle);
      for (const socket of sockets) socket.destroy();
    }
  });

  it(`${CONNECTIONS} connections that are opened and closed`, async () => {
    for (let opened = 0; opened < CONNECTIONS; opened += 50) {
      const sockets = await Promise.all(Array.from({ length: 50 }, () => openSocket(server.address('read'))));
      for (const [index, socket] of sockets.entries()) {
        if (index % 3 === 0) socket.write('GET /health/alive HTTP/1.1\r\nHost: x\r\n\r\n');
        if (index % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
    }
  });

  for (const [name, bytes] of [
    ['random bytes', randomBytes(4096)],
    ['a TLS handshake', Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), randomBytes(508)])],
    ['a wrong preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r'],
    ['frames that are no frames', Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), randomBytes(4096)])],
    ['cookies of 100 KB', `GET /version HTTP/1.1\r\nHost: x\r\nCookie: ${'a=b; '.repeat(20_000)}\r\n\r\n`],
    ['40,000 headers', `GET /version HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(40_000)}Connection: close\r\n\r\n`],
    [
      'chunks of absurd size',
      `POST ${CHECK} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    ],
    [
      'a request inside a request',
      'GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    ],
  ] as const) {
    it(name, async () => {
      const answer = await exchange(server.address('read'), bytes, 1_500);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 (2|5)|\n\s+at /, answer.slice(0, 200));
    });
  }

  it('a client that closes its side as soon as it has asked', async () => {
    const socket = await openSocket(server.address('read'));
    socket.end('GET /health/alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    await once(socket, 'end');
    assert.match(text, /^HTTP\/1\.1 200 /);
  });

  it('metadata of gRPC beyond the limit', async () => {
    const session = http2Connect(server.url('read'));
    session.on('error', () => {});
    await once(session, 'remoteSettings');
    const headers = { ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ...headers, big: 'x'.repeat(200_000) });
    stream.on('error', () => {});
    stream.end(Buffer.alloc(5));
    await new Promise((resolve) => stream.once('close', resolve));
    session.destroy();
  });

  it('streams that are reset in the middle, half closed, or left open', async () => {
    const sessions = Array.from({ length: 10 }, () => http2Connect(server.url('read')));
    for (const session of sessions) {
      session.on('error', () => {});
      for (let count = 0; count < 50; count++) {
        const headers = { ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc', te: 'trailers' };
        const stream = session.request(headers);
        stream.on('error', () => {});
        stream.write(Buffer.of(0, 0, 0));
        if (count % 3 === 0) stream.close(constants.NGHTTP2_CANCEL);
        if (count % 3 === 1) stream.end();
      }
    }
    await assertUnharmed(server);
    for (const session of sessions) session.destroy();
  });

  it('floods of resets, settings and pings on one connection each', async () => {
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const settings = h2Frame(4, 0, 0);
    const floods = [
      Buffer.concat(Array.from({ length: 20_000 }, () => settings)),
      Buffer.concat(Array.from({ length: 20_000 }, () => h2Frame(6, 0, 0, Buffer.alloc(8)))),
      // Headers that go on and on: nothing but CONTINUATION frames behind the first.
      Buffer.concat([
        h2Frame(1, 0, 1, Buffer.of(0x82)),
        ...Array.from({ length: 20_000 }, () => h2Frame(9, 0, 1, Buffer.of(0x40, 1, 0x61, 1, 0x62))),
      ]),
      Buffer.concat(
        Array.from({ length: 5_000 }, (_, index) =>
          Buffer.concat([
            h2Frame(1, 5, 1 + 2 * index, Buffer.of(0x82, 0x84, 0x86)),
            h2Frame(3, 0, 1 + 2 * index, Buffer.of(0, 0, 0, 8)),
          ]),
        ),
      ),
    ];
    const grownBytes = await peakGrowthBytes(server, async () => {
      for (const flood of floods)
        await exchange(server.address('read'), Buffer.concat([preface, settings, flood]), 1_000);
    });
    assert.ok(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes`);
  });
});

const certificate = selfSigned('localhost');
describe('a TLS port bears', { skip: certificate === undefined && 'there is no openssl program' }, () => {
  let folder: string;
  let server: SthenoProcess;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stheno-hardening-'));
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    for (const name of ['cert', 'key'] as const) writeFileSync(files[name], certificate?.[name] ?? '');
    const tls = { cert: { path: files.cert }, key: { path: files.key } };
    server = await SthenoProcess.start({
      mainFile: program.mainFile,
      dsn: 'memory',
      config: { namespaces: [{ name: 'n' }] },
      serve: { read: { tls } },
    });
  });
  after(async () => {
    assert.equal(await server.end('SIGTERM'), 0);
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    assert.match(
      await overTls(server, 'GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1\.1 200 /,
    );
    assert.doesNotMatch(server.output, /\n\s+at |unhandled/i);
  });

  it('plain HTTP/1.1', async () => {
    assert.match(await exchange(server.address('read'), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 400 /);
  });

  it('a handshake that never ends, though not for ever', async () => {
    const socket = await openSocket(server.address('read'));
    socket.resume().write(Buffer.from('1603010200010001fc0303', 'hex'));
    await Promise.race([
      closed(socket),
      sleep(60_000, undefined, { ref: false }).then(() => assert.fail('still there')),
    ]);
    socket.destroy();
  });

  for (const [name, bytes] of [
    ['plain HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['garbage after the first byte of a handshake', Buffer.concat([Buffer.of(0x16), randomBytes(300)])],
    ['a handshake cut short', Buffer.from('16030102000100', 'hex')],
    ['random bytes', Buffer.concat([Buffer.of(0x80), randomBytes(300)])],
  ] as const) {
    it(name, async () => {
      assert.doesNotMatch(await exchange(server.address('read'), bytes, 1_500), /^HTTP\/1\.1 2/);
    });
  }
});

async function overTls(server: SthenoProcess, text: string): Promise<string> {
  const [host = '', port] = server.address('read').split(':');
  const socket = tlsConnect({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk)).write(text);
  await once(socket, 'close');
  return answer;
}

/** Ended by the other side, in order or not. */
async function closed(socket: Socket): Promise<void> {
  if (socket.readableEnded || socket.destroyed) return;
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
}

function h2Frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
