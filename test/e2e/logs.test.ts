import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { runProgramFile } from '../support/run-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

const TIMEOUT_MS = 60_000;
const namespaces = [{ name: 'groups' }];
const HEADERS = { authorization: 'Bearer private-token', 'x-tenant': 'private-tenant', 'x-request-id': 'request-7' };
const QUERY = 'namespace=groups&object=private-object';

describe('the log and the signals of a process', () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  const start = (log: object, read: Record<string, unknown> = {}): Promise<SthenoProcess> =>
    SthenoProcess.start({ mainFile: program.mainFile, dsn: 'memory', config: { namespaces, log }, serve: { read } });

  it('has two lines for each request, at level info', async () => {
    await using server = await start({ level: 'info', format: 'json' });
    assert.equal(await get(server, `/relation-tuples?${QUERY}`), 200);
    const transport = createGrpcTransport({ baseUrl: server.url('read') });
    await assert.rejects(
      createClient(CheckService, transport).check({ tuple: { namespace: 'groups' } }, { headers: HEADERS }),
    );
    await until(server, (output) => count(output, 'completed handling request') === 2);
    const lines = jsonLines(server.output).filter(({ msg }) => String(msg).includes('handling request'));
    const seen = lines.map(({ time: _time, remote, duration_ms, ...line }) => {
      assert.match(String(remote), /^127\.0\.0\.1/);
      assert.equal(typeof duration_ms, line.msg === 'started handling request' ? 'undefined' : 'number');
      return line;
    });
    const rest = { level: 'info', method: 'GET', path: '/relation-tuples', request_id: 'request-7' };
    const query = 'redacted; set log.leak_sensitive_values to see it';
    const grpc = {
      ...rest,
      method: 'POST',
      path: '/ory.keto.relation_tuples.v1alpha2.CheckService/Check',
    };
    assert.deepEqual(seen, [
      { ...rest, query, msg: 'started handling request' },
      { ...rest, query, status: 200, msg: 'completed handling request' },
      { ...grpc, msg: 'started handling request' },
      { ...grpc, status: 'INVALID_ARGUMENT', msg: 'completed handling request' },
    ]);
    assert.doesNotMatch(server.output, /private/);
  });

  it('has health at level trace, and the scrapes of the metrics listener never', async () => {
    await using server = await start({ level: 'trace', format: 'json' });
    await get(server, '/health/alive');
    await fetch(`${server.url('metrics')}/metrics/prometheus`);
    await get(server, '/metrics/prometheus');
    await until(server, (output) => count(output, 'completed handling request') === 2);
    const lines = jsonLines(server.output).filter(({ msg }) => msg === 'completed handling request');
    assert.deepEqual(
      lines.map(({ level, path }) => `${level} ${path}`),
      ['trace /health/alive', 'info /metrics/prometheus'],
    );
  });

  it('has the headers at level debug, without credentials', async () => {
    await using server = await start({
      level: 'debug',
      format: 'json',
      redaction_text: 'hidden',
      additional_redacted_headers: ['X-Tenant'],
    });
    await get(server, `/relation-tuples?${QUERY}`);
    await until(server, (output) => output.includes('completed handling request'));
    const [line] = jsonLines(server.output).filter(({ msg }) => msg === 'completed handling request');
    assert.deepEqual(
      { ...(line?.headers as object), host: '', connection: '' },
      { ...HEADERS, authorization: 'hidden', 'x-tenant': 'hidden', host: '', connection: '' },
    );
    assert.doesNotMatch(server.output, /private/);
  });

  it('shows everything when asked to', async () => {
    await using server = await start({ level: 'debug', leak_sensitive_values: true });
    await get(server, `/relation-tuples?${QUERY}`);
    await until(server, (output) => output.includes('completed handling request'));
    assert.match(server.output, /private-object/);
    assert.match(server.output, /private-token/);
  });

  it('has no lines of requests where the listener, or the level, leaves them out', async () => {
    for (const [log, read] of [
      [{ level: 'warn' }, {}],
      [{ level: 'info' }, { request_log: false }],
    ] as const) {
      await using server = await start(log, read);
      await get(server, '/namespaces');
      await server.end('SIGTERM');
      assert.doesNotMatch(server.output, /handling request/);
    }
  });

  const formats: { format: string; matches: RegExp }[] = [
    { format: 'text', matches: /^\d{4}-\S+Z info {2}completed handling request .*status=200/m },
    { format: 'json', matches: /^\{"level":"info",.*"status":200.*"msg":"completed handling request"\}$/m },
    { format: 'json_pretty', matches: /^ {2}"msg": "completed handling request"$/m },
    {
      format: 'gelf',
      matches: /^\{"version":"1\.1".*"short_message":"completed handling request".*"_status":200.*\}$/m,
    },
  ];
  for (const { format, matches } of formats) {
    it(`is written as ${format}`, async () => {
      await using server = await start({ level: 'info', format });
      await get(server, '/namespaces');
      await until(server, (output) => matches.test(output));
    });
  }

  it('reads the configuration again on SIGHUP, and goes on', async () => {
    await using server = await start({ level: 'info' });
    process.kill(server.pid, 'SIGHUP');
    await until(server, (output) => output.includes('Configuration change processed successfully.'));
    assert.equal(await get(server, '/health/alive'), 200);
  });

  it('writes the path of a socket into the listen file', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'stheno-socket-'));
    const socket = join(dir, 'read.sock');
    {
      await using server = await start({ level: 'info' }, { socket });
      assert.equal(server.address('read'), socket);
    }
    rmSync(dir, { recursive: true });
  });

  it('refuses to migrate a database server by itself', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'stheno-migrate-'));
    const env = { DSN: 'postgres://nobody:nothing@127.0.0.1:1/none' };
    const args = ['serve', '--auto-migrate', '-c', ''];
    const { exit, stderr } = await runProgramFile(program.mainFile, { args, cwd: dir, env });
    rmSync(dir, { recursive: true });
    assert.equal(exit, 255);
    assert.equal(stderr, '--auto-migrate is for SQLite only: run "stheno migrate up" before starting the server\n');
  });
});

/** Sends just the headers that are given. */
function get(server: SthenoProcess, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${server.url('read')}${path}`, { headers: HEADERS }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });
}

function jsonLines(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function until(server: SthenoProcess, isSo: (output: string) => boolean): Promise<void> {
  const untilMs = performance.now() + TIMEOUT_MS;
  while (!isSo(server.output)) {
    if (performance.now() > untilMs) assert.fail(`it was not logged:\n${server.output}`);
    await sleep(20);
  }
}
