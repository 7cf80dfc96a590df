import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerCredentials } from '@grpc/grpc-js';
import { Health, HealthCheckResponse_ServingStatus } from '#gen/grpc/health/v1/health_pb.js';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { selfSigned } from '../server/support/self-signed.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { callProgram } from './support/call-program.ts';
import { TestServer } from './support/test-server.ts';

const PLAIN = '--insecure-disable-transport-security';
const CHECK = ['check', 'ann', 'view', 'Doc:readme'];
const { SERVING, NOT_SERVING } = HealthCheckResponse_ServingStatus;

const checkServer = () => new TestServer().answer(CheckService.method.check, { allowed: true });

describe('remote addresses', () => {
  test('a flag overrides the environment', async () => {
    using server = checkServer();
    const port = await server.listen();
    const words = [...CHECK, PLAIN, '--read-remote', `127.0.0.1:${port}`];
    const { stdout, stderr } = await callProgram(words, { env: { KETO_READ_REMOTE: '127.0.0.1:1' } });
    assert.deepEqual({ stdout, stderr }, { stdout: 'Allowed\n', stderr: '' });
  });

  test('without either the default is used and told', async () => {
    // Whatever listens there: the message comes before any connection.
    const { stderr } = await callProgram([...CHECK, '--authority', 'nobody.test']);
    assert.match(
      stderr,
      /^neither flag --read-remote nor env var KETO_READ_REMOTE are set, falling back to 127\.0\.0\.1:4466\n/,
    );
  });

  test('an empty one is a usage error', async () => {
    const { exit, stdout, stderr } = await callProgram(CHECK, { env: { KETO_READ_REMOTE: '' } });
    assert.equal(exit, 255);
    assert.equal(stdout, 'the address of the read API must not be empty\n');
    assert.match(stderr, /^Error: the address of the read API must not be empty\nUsage:\n {2}stheno check </);
  });

  test('a URL is told, and fails', async () => {
    const { exit, stderr } = await callProgram([...CHECK, PLAIN, '--read-remote', 'http://127.0.0.1:1']);
    assert.equal(exit, 255);
    assert.match(
      stderr,
      /^remote "http:\/\/127.0.0.1:1" seems to be an http URL instead of a remote address\nCould not make request: rpc error: code = Unavailable desc = .+\n$/,
    );
  });

  test('--block waits for the server', async () => {
    const port = await freePort();
    const called = callProgram([...CHECK, PLAIN, '--block', '--read-remote', `127.0.0.1:${port}`]);
    await sleep(200);
    using server = checkServer();
    await server.listen(ServerCredentials.createInsecure(), port);
    assert.equal((await called).stdout, 'Allowed\n');
  });

  test('the authority is sent', async () => {
    using server = checkServer();
    const port = await server.listen();
    await callProgram([...CHECK, PLAIN, '--read-remote', `127.0.0.1:${port}`], {
      env: { KETO_AUTHORITY: 'keto.example.org' },
    });
    assert.deepEqual(
      server.calls.map(({ path, host }) => ({ path, host })),
      [{ path: '/ory.keto.relation_tuples.v1alpha2.CheckService/Check', host: 'keto.example.org' }],
    );
  });
});

const tls = selfSigned('localhost');

describe('transport security', { skip: tls ? false : 'there is no openssl' }, () => {
  if (!tls) return;
  const folder = mkdtempSync(join(tmpdir(), 'stheno-roots-'));
  after(() => rmSync(folder, { recursive: true }));
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) };
  const credentials = ServerCredentials.createSsl(null, [pair]);
  const roots = join(folder, 'roots.pem');
  writeFileSync(roots, tls.cert);

  test('a certificate that the system does not trust is refused', async () => {
    using server = checkServer();
    const { exit, stderr } = await callProgram([
      ...CHECK,
      '--read-remote',
      `localhost:${await server.listen(credentials)}`,
    ]);
    assert.equal(exit, 255);
    assert.match(stderr, /^Could not make request: rpc error: code = Unavailable desc = /);
    assert.equal(server.calls.length, 0);
  });

  test('one that it trusts is accepted', async () => {
    using server = checkServer();
    const words = [...CHECK, '--read-remote', `localhost:${await server.listen(credentials)}`];
    assert.equal((await callProgram(words, { env: { SSL_CERT_FILE: roots } })).stdout, 'Allowed\n');
  });

  test('any is accepted without verification, and the bearer token is sent', async () => {
    using server = checkServer();
    const remote = `127.0.0.1:${await server.listen(credentials)}`;
    const words = [...CHECK, '--insecure-skip-hostname-verification', '--read-remote', remote];
    const { stdout, stderr } = await callProgram(words, { env: { KETO_BEARER_TOKEN: 'secret' } });
    assert.deepEqual({ stdout, stderr }, { stdout: 'Allowed\n', stderr: '' });
    assert.deepEqual(server.calls[0]?.metadata.get('authorization'), ['Bearer secret']);
  });

  test('a bearer token is never sent in plain text', async () => {
    using server = checkServer();
    const words = [...CHECK, PLAIN, '--read-remote', `127.0.0.1:${await server.listen()}`];
    const { exit, stdout } = await callProgram(words, { env: { KETO_BEARER_TOKEN: 'secret' } });
    assert.equal(exit, 255);
    assert.match(stdout, /^grpc: the credentials require transport level security/);
    assert.equal(server.calls.length, 0);
  });
});

describe('status', () => {
  test('a server that does not serve is a result', async () => {
    using server = new TestServer().answer(Health.method.check, { status: NOT_SERVING });
    const words = ['status', '--endpoint', 'write', '--write-remote', `127.0.0.1:${await server.listen()}`, PLAIN];
    assert.deepEqual(await callProgram(words), { exit: 0, stdout: 'NOT_SERVING\n', stderr: '' });
  });

  for (const { flags, stdout } of [
    { flags: [], stdout: 'Got the status NOT_SERVING, waiting until SERVING.\nSERVING\n' },
    { flags: ['-q'], stdout: 'SERVING\n' },
  ]) {
    test(`--block ${flags.join(' ')} waits until it serves`, async () => {
      using server = new TestServer().answer(Health.method.check, { status: NOT_SERVING }, { status: SERVING });
      const words = ['status', '--block', ...flags, '--read-remote', `127.0.0.1:${await server.listen()}`, PLAIN];
      assert.deepEqual(await callProgram(words), { exit: 0, stdout, stderr: '' });
    });
  }
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('a request that fails', () => {
  test('is told in the line of the contract, and to people with its reason', async () => {
    await using server = await ReplayServer.start({ namespaces: [{ id: 0, name: 'Doc' }] });
    const words = [
      'check',
      'ann',
      'view',
      'Nowhere:readme',
      PLAIN,
      '--read-remote',
      `127.0.0.1:${server.port('read')}`,
    ];
    const line =
      'Could not make request: rpc error: code = NotFound desc = The requested resource could not be found\n';
    assert.equal((await callProgram(words)).stderr, line);
    const { exit, stderr } = await callProgram(words, { isTerminal: true });
    assert.equal(exit, 255);
    assert.equal(stderr, `${line}Reason: Unknown namespace with name "Nowhere".\n`);
  });
});
