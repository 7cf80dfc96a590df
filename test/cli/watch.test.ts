import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { FaultyServer } from '../client/support/faulty-server.ts';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

describe('stheno watch', () => {
  let program: BuiltProgram;
  let server: ServerInProcess;
  const running = new Set<Watching>();
  before(async () => {
    program = await buildProgram();
    server = await startServer({ namespaces: [{ name: 'groups' }, { name: 'files' }] });
  });
  after(async () => {
    program[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  it('prints a line for each change, as it comes', async () => {
    const shown = await watch('--namespace', 'groups,x,files').catch((error) => error);
    assert.ok(shown instanceof Error, 'a namespace that does not exist is refused');
    assert.match(shown.message, /code = NotFound/);
    await using watching = await watch('--namespace', 'groups', '--object-prefix', 'a');
    await write('insert', 'files', 'a', { subject_id: 'x' });
    await write('insert', 'groups', 'b', { subject_id: 'x' });
    await write('insert', 'groups', 'a', { subject_set: { namespace: 'files', object: 'f', relation: 'owner' } });
    await write('delete', 'groups', 'a', { subject_set: { namespace: 'files', object: 'f', relation: 'owner' } });
    await eventually(() => watching.lines().length === 2);
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*)$/;
    assert.deepEqual(
      watching.lines().map((line) => time.exec(line)?.[1]),
      ['+ groups:a#r@files:f#owner', '- groups:a#r@files:f#owner'],
    );
  });

  it('prints a line for a change, whatever its names are', async () => {
    await using watching = await watch('--namespace', 'groups', '--object-prefix', 'e\u001b');
    await write('insert', 'groups', 'e\u001b[31mvil\n+ groups:secret', { subject_id: 'mallory\r' });
    await write('insert', 'groups', 'e\u001b', { subject_id: 'x' });
    await eventually(() => watching.lines().length >= 2);
    assert.deepEqual(
      watching.lines().map((line) => line.replace(/^\S+ /, '')),
      ['+ groups:e\ufffd[31mvil\ufffd+ groups:secret#r@mallory\ufffd', '+ groups:e\ufffd#r@x'],
    );
  });

  it('prints JSON with the snaptoken to go on from', async () => {
    await using first = await watch('--format', 'json');
    await write('insert', 'groups', 'c', { subject_id: 'x' });
    await eventually(() => first.lines().length === 2);
    const [begun, told] = first.lines().map((line) => JSON.parse(line));
    assert.equal(begun.kind, 'checkpoint');
    assert.deepEqual(Object.keys(told), ['kind', 'snaptoken', 'committed_at', 'changes', 'is_partial']);
    const tuple = { namespace: 'groups', object: 'c', relation: 'r', subject_id: 'x' };
    assert.deepEqual(told.changes, [{ action: 'insert', relation_tuple: tuple }]);
    await using again = await watch('--snaptoken', begun.snaptoken, '-q');
    await eventually(() => again.lines().length === 1);
    assert.deepEqual(again.lines(), ['+ groups:c#r@x']);
  });

  it('goes on when the connection breaks, and fails with --once', async () => {
    const upstreamPort = Number(server.readAddress.split(':')[1]);
    await using proxy = await FaultyServer.start({ upstreamPort, fates: [] });
    const address = proxy.url.replace('http://', '');
    await using steady = await watch('-q', '--read-remote', address);
    await using strict = await watch('-q', '--once', '--read-remote', address);
    for (const subject of ['1', '2', '3']) {
      await write('insert', 'groups', 'd', { subject_id: subject });
      await eventually(() => steady.lines().length === Number(subject));
      proxy.breakConnections();
    }
    assert.deepEqual(steady.lines(), ['+ groups:d#r@1', '+ groups:d#r@2', '+ groups:d#r@3']);
    await eventually(() => steady.complaints().includes(': connecting again\n'));
    assert.equal(await strict.ended(), 255);
    assert.match(strict.complaints(), /^Could not make request: rpc error: code = Unavailable desc = /);
  });

  it('fails when there is no server to begin with', async () => {
    const shown = await watch('--read-remote', '127.0.0.1:1').catch((error) => error);
    assert.ok(shown instanceof Error);
    assert.match(shown.message, /^255: Could not make request: rpc error: code = Unavailable/);
  });

  async function write(action: string, namespace: string, object: string, subject: object): Promise<void> {
    const relation_tuple = { namespace, object, relation: 'r', ...subject };
    const body = JSON.stringify([{ action, relation_tuple }]);
    const response = await fetch(`http://${server.writeAddress}/admin/relation-tuples`, { method: 'PATCH', body });
    assert.equal(response.status, 204);
  }

  /** Resolves when it watches. @throws when it ends instead */
  async function watch(...flags: string[]): Promise<Watching> {
    await eventually(async () => (await openWatches()) === running.size); // the server has seen those end that have
    const args = [program.mainFile, 'watch', ...flags, '--insecure-disable-transport-security'];
    const env = { PATH: process.env.PATH, KETO_READ_REMOTE: server.readAddress };
    const watching = new Watching(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    await eventually(async () => watching.hasEnded || (await openWatches()) > running.size);
    if (watching.hasEnded) throw new Error(`${await watching.ended()}: ${watching.complaints()}`);
    running.add(watching);
    return Object.assign(watching, { onEnd: () => running.delete(watching) });
  }

  async function openWatches(): Promise<number> {
    return Number(/^stheno_watches (\d+)$/m.exec(await server.metrics())?.[1]);
  }
});

/** The program while it watches. */
class Watching implements AsyncDisposable {
  onEnd: (() => void) | undefined;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  #printed = '';
  #complained = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, 'close');
    child.stdout?.on('data', (chunk) => (this.#printed += chunk));
    child.stderr?.on('data', (chunk) => (this.#complained += chunk));
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The whole lines that were printed. */
  lines(): string[] {
    return this.#printed.split('\n').slice(0, -1);
  }

  complaints(): string {
    return this.#complained;
  }

  async ended(): Promise<unknown> {
    return (await this.#exit)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.#exit;
    this.onEnd?.();
  }
}
