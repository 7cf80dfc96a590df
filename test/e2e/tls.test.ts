import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { ConfigProviderError } from '../../src/config/config-error.ts';
import type { TlsMaterial } from '../../src/server/tls-terminator.ts';
import { selfSigned } from '../server/support/self-signed.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const [first, second] = [selfSigned('first'), selfSigned('second')];
const TIMEOUT_MS = 60_000;
/** Longer than the files are looked at and found settled. */
const UNNOTICED_MS = 800;

describe('TLS of the server', { skip: (first === undefined || second === undefined) && 'there is no openssl' }, () => {
  const [one, two] = [first as TlsMaterial, second as TlsMaterial]; // else all of this is skipped
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'stheno-tls-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  /** A folder with a pair in it, and what the configuration says of it. */
  const certified = (name: string, { cert, key }: TlsMaterial) => {
    const folder = join(dir, name);
    mkdirSync(folder);
    const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
    return { ...files, folder, tls: { cert: { path: files.cert }, key: { path: files.key } } };
  };

  it('is spoken with HTTP/2 and HTTP/1.1, from version 1.2 on', async () => {
    const { tls } = certified('protocols', one);
    await using running = await startServer({ serve: { read: { tls } } });
    for (const protocol of ['h2', 'http/1.1']) {
      const socket = await handshake(running, { ALPNProtocols: [protocol] });
      assert.equal(socket.alpnProtocol, protocol);
      socket.destroy();
    }
    const socket = await handshake(running, { maxVersion: 'TLSv1.2' });
    assert.equal(socket.getProtocol(), 'TLSv1.2');
    socket.destroy();
    const outdated = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(handshake(running, outdated));
    assert.match(await running.metrics(), /^stheno_tls_certificate_expiry_timestamp_seconds \d{10}$/m);
  });

  it('takes the pair from base64 too', async () => {
    const base64 = (pem: string | Buffer) => ({ base64: Buffer.from(pem).toString('base64') });
    const tls = { cert: base64(two.cert), key: base64(two.key) };
    await using running = await startServer({ serve: { read: { tls } } });
    assert.equal(await servedName(running), 'second');
  });

  it('uses a new pair without ending the connections of the old one', async () => {
    const { cert, key, tls } = certified('renewed', one);
    await using running = await startServer({ serve: { read: { tls } } });
    const session = connectHttp2(`https://${running.readAddress}`, { rejectUnauthorized: false });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    try {
      assert.equal(await http2Status(session), 200);
      assert.equal(await http1Answer(running, agent), 'first 200');
      replace(cert, two.cert);
      await sleep(400); // by now the half-finished pair was looked at
      replace(key, two.key);
      await until(async () => (await servedName(running)) === 'second');
      assert.equal(await http2Status(session), 200);
      assert.equal(await http1Answer(running, agent), 'first 200');
      assert.match(await running.metrics(), /^stheno_tls_last_reload_successful 1$/m);
      assert.ok(running.logged.some(({ msg }) => msg === 'the certificate was replaced'));
    } finally {
      session.close();
      agent.destroy();
    }
  });

  it('follows a link that comes to lead elsewhere', async () => {
    const [old, renewed] = [certified('old', one), certified('new', two)];
    const link = join(dir, 'current');
    symlinkSync(old.folder, link);
    const tls = { cert: { path: join(link, 'tls.crt') }, key: { path: join(link, 'tls.key') } };
    await using running = await startServer({ serve: { read: { tls } } });
    assert.equal(await servedName(running), 'first');
    symlinkSync(renewed.folder, `${link}.new`);
    renameSync(`${link}.new`, link);
    await until(async () => (await servedName(running)) === 'second');
  });

  for (const { what, breaks } of [
    { what: 'a key of another certificate', breaks: ({ key }: { key: string }) => replace(key, two.key) },
    { what: 'half a certificate', breaks: ({ cert }: { cert: string }) => writeFileSync(cert, one.cert.slice(0, 200)) },
    { what: 'no certificate', breaks: ({ cert }: { cert: string }) => rmSync(cert) },
  ]) {
    it(`keeps the old pair when the files have ${what}, and recovers`, async () => {
      const files = certified(what.replaceAll(' ', '-'), one);
      await using running = await startServer({ serve: { read: { tls: files.tls } } });
      breaks(files);
      await until(async () => /^stheno_tls_last_reload_successful 0$/m.test(await running.metrics()));
      assert.equal(await servedName(running), 'first');
      const complaint = running.logged.find(({ msg }) => msg === 'the certificate could not be replaced');
      assert.match(JSON.stringify(complaint), /serve\.read\.tls/);
      replace(files.cert, two.cert);
      replace(files.key, two.key);
      await until(async () => (await servedName(running)) === 'second');
      assert.match(await running.metrics(), /^stheno_tls_last_reload_successful 1$/m);
    });
  }

  it('is not disturbed by files that stay as they are', async () => {
    const { tls } = certified('unchanged', one);
    await using running = await startServer({ serve: { read: { tls } } });
    await sleep(UNNOTICED_MS);
    assert.deepEqual(
      running.logged.filter(({ msg }) => String(msg).includes('certificate')),
      [],
    );
  });

  it('does not start where listeners share an address but not the pair', async () => {
    const { tls } = certified('shared', one);
    const socket = join(dir, 'shared.sock');
    const expected = /serve\.read\.tls and serve\.write\.tls differ, but share an address/;
    await assert.rejects(
      startServer({ serve: { read: { socket }, write: { socket, tls } } }),
      (error) => error instanceof ConfigProviderError && expected.test(error.message),
    );
    await using running = await startServer({ serve: { read: { socket, tls }, write: { socket, tls } } });
    assert.ok(running);
  });

  it('does not start with a pair that does not fit', async () => {
    const { tls } = certified('misfit', { cert: one.cert, key: two.key });
    const expected = /serve\.read\.tls: certificate and key cannot be used: key values mismatch/;
    await assert.rejects(
      startServer({ serve: { read: { tls } } }),
      (error) => error instanceof ConfigProviderError && expected.test(error.message),
    );
  });
});

/** A reader never sees half a file. */
function replace(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

function handshake({ readAddress }: ServerInProcess, options: object = {}): Promise<TLSSocket> {
  const [host, port] = readAddress.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options });
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  });
}

/** The name in the certificate that a new connection gets. */
async function servedName(running: ServerInProcess): Promise<string> {
  const socket = await handshake(running);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

function http2Status(session: ReturnType<typeof connectHttp2>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': '/health/alive' });
    stream.once('response', (headers) => resolve(headers[':status'])).once('error', reject);
    stream.resume();
  });
}

/** The name in the certificate of the agent's connection, and the status of an answer over it. */
function http1Answer({ readAddress }: ServerInProcess, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`https://${readAddress}/health/alive`, { agent, ca: '' }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate(); // it is a https response
      response.resume().once('end', () => resolve(`${subject.CN} ${response.statusCode}`));
    })
      .once('error', reject)
      .end();
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > untilMs) assert.fail('it did not come to be');
    await sleep(50);
  }
}
