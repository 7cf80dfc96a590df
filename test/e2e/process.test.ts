import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { createSqliteFile } from '../support/databases.ts';
import { type ProgramEnd, runProgramFile } from '../support/run-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

const namespaces = [{ name: 'groups' }];

describe('the server process', () => {
  let program: BuiltProgram;
  let dir: string;
  before(async () => {
    program = await buildProgram();
    dir = mkdtempSync(join(tmpdir(), 'stheno-e2e-'));
  });
  after(() => {
    program[Symbol.dispose]();
    rmSync(dir, { recursive: true });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`finishes a running request on ${signal} and ends with 0`, async () => {
      await using server = await SthenoProcess.start({
        mainFile: program.mainFile,
        dsn: 'memory',
        config: { namespaces },
      });
      const body = JSON.stringify({ namespace: 'groups', object: 'g', relation: 'm', subject_id: 's' });
      const [host, port] = server.address('write').split(':');
      const socket = connect({ host, port: Number(port) });
      await once(socket, 'connect');
      const half = body.length >> 1;
      socket.write(`PUT /admin/relation-tuples HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body.slice(0, half));
      const answered = once(socket, 'data');
      await served(server); // by now the half request has arrived too
      const ended = server.end(signal);
      socket.write(body.slice(half));
      assert.match(String(await answered), /^HTTP\/1.1 201 Created/);
      socket.end();
      assert.equal(await ended, 0);
    });
  }

  it('lets two processes share one SQLite file and see each other’s writes', async () => {
    await using database = await createSqliteFile();
    const options = {
      mainFile: program.mainFile,
      dsn: database.dsn,
      config: { namespaces },
      flags: ['--auto-migrate'],
    };
    await using one = await SthenoProcess.start(options);
    await using two = await SthenoProcess.start(options);
    const writes = Array.from({ length: 40 }, (_, index) => write(index % 2 ? one : two, `user${index}`));
    assert.deepEqual(new Set(await Promise.all(writes)), new Set([201]));
    for (const server of [one, two]) assert.equal((await listed(server)).length, 40);
  });

  const refusals: { what: string; config: () => Record<string, unknown>; says: RegExp; prepare?: () => void }[] = [
    {
      what: 'a database that was never migrated',
      config: () => ({ dsn: `sqlite://${dir}/new.sqlite`, namespaces }),
      says: /^Migrations were not applied yet, please apply them first\.\s*$/,
    },
    {
      what: 'a folder that does not exist',
      config: () => ({ dsn: `sqlite://${dir}/nowhere/new.sqlite`, namespaces }),
      says: /the directory does not exist/,
    },
    {
      what: 'a file that is no database',
      config: () => ({ dsn: `sqlite://${dir}/text.sqlite`, namespaces }),
      prepare: () => writeFileSync(join(dir, 'text.sqlite'), 'this is no database, '.repeat(200)),
      says: /not a database/i,
    },
    {
      what: 'an unknown kind of database',
      config: () => ({ dsn: 'oracle://user:geheim@host/db', namespaces }),
      says: /oracle/,
    },
    {
      what: 'a model with errors',
      config: () => ({ dsn: 'memory', namespaces: { location: `file://${dir}/broken.ts` } }),
      prepare: () => writeFileSync(join(dir, 'broken.ts'), 'class A implements Namespace {\n  related: { x: B[] }\n}'),
      says: /\n {2}broken\.ts:2:17: namespace "B" was not declared/,
    },
    {
      what: 'a model that is not there',
      config: () => ({ dsn: 'memory', namespaces: { location: `file://${dir}/missing.ts` } }),
      says: /missing\.ts: .*no such file/,
    },
    {
      what: 'a key that does not exist',
      config: () => ({ dsn: 'memory', namespaces, limit: { max_depth: 3 } }),
      says: /limit: .*\n\s*\^-- additionalProperties "max_depth" not allowed/,
    },
    {
      what: 'a listen file that cannot be written',
      config: () => ({
        dsn: 'memory',
        namespaces,
        serve: { read: { host: '127.0.0.1', port: 0, write_listen_file: `file://${dir}/nowhere/read` } },
      }),
      says: /unable to write listen file "file:.*\/nowhere\/read": open .*\/read: no such file or directory\n/,
    },
  ];
  for (const { what, config, says, prepare } of refusals) {
    it(`refuses to start with ${what}, in words`, async () => {
      prepare?.();
      const { exit, stderr } = await serveOnce(program, dir, config());
      assert.equal(exit, 255, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n\s+at |geheim/, 'neither a stack nor a password');
    });
  }

  it('refuses to start when a port is taken, and leaves the other ports free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const serve = { opl: { host: '127.0.0.1', port }, read: { host: '127.0.0.1', port: 0 } };
    const { exit, stderr } = await serveOnce(program, dir, { dsn: 'memory', namespaces, serve });
    taken.close();
    assert.equal(exit, 1, stderr);
    assert.match(stderr, new RegExp(`unable to listen on "127.0.0.1:${port}": address already in use`));
  });

  it('answers on one port for all listeners that share it', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    await using server = await SthenoProcess.start({
      mainFile: program.mainFile,
      dsn: 'memory',
      config: { namespaces },
      sharedPort: port,
    });
    assert.equal(await write(server, 'ann'), 201);
    assert.equal((await listed(server)).length, 1);
    const metrics = await fetch(`${server.url('read')}/metrics/prometheus`);
    assert.match(await metrics.text(), /http_requests_total/);
    const syntax = await fetch(`${server.url('read')}/opl/syntax/check`, { method: 'POST', body: 'class' });
    assert.equal(((await syntax.json()) as { errors: unknown[] }).errors.length, 1);
  });
});

async function write(server: SthenoProcess, user: string): Promise<number> {
  const response = await fetch(`${server.url('write')}/admin/relation-tuples`, {
    method: 'PUT',
    body: JSON.stringify({ namespace: 'groups', object: 'g', relation: 'member', subject_id: user }),
  });
  return response.status;
}

async function listed(server: SthenoProcess): Promise<unknown[]> {
  const response = await fetch(`${server.url('read')}/relation-tuples?namespace=groups`);
  return ((await response.json()) as { relation_tuples: unknown[] }).relation_tuples;
}

/** Any request that was answered shows that what was sent before it has arrived. */
async function served(server: SthenoProcess): Promise<void> {
  assert.equal((await fetch(`${server.url('write')}/health/alive`)).status, 200);
}

/** Runs `serve` until it ends by itself. */
function serveOnce(program: BuiltProgram, dir: string, config: Record<string, unknown>): Promise<ProgramEnd> {
  const free = { host: '127.0.0.1', port: 0 };
  const serve = { read: free, write: free, opl: free, metrics: free, ...(config.serve as object | undefined) };
  const file = join(dir, 'refused.json');
  writeFileSync(file, JSON.stringify({ log: { level: 'error' }, ...config, serve }));
  return runProgramFile(program.mainFile, { args: ['serve', '-c', file], cwd: dir });
}
