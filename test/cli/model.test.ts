import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';
import { callProgram } from './support/call-program.ts';

const USERS = 'class User implements Namespace {}\n';
const FIRST = `${USERS}class Doc implements Namespace { related: { owner: User[]\n viewer: User[] } }\n`;
const SECOND = `${USERS}class Doc implements Namespace { related: { owner: User[] } }\n`;

describe('the commands of the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stheno-model-'));
  const [first, second, broken] = ['first.ts', 'second.ts', 'broken.ts'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let server: ServerInProcess;
  before(async () => {
    writeFileSync(first, FIRST);
    writeFileSync(second, SECOND);
    writeFileSync(broken, 'class Doc implements Namespace { related: { a: B[] } }\n');
    server = await startServer({ namespaces: undefined });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const call = (words: readonly string[], stdin = '') =>
    callProgram([...words, '--insecure-disable-transport-security'], {
      env: { KETO_READ_REMOTE: server.readAddress, KETO_WRITE_REMOTE: server.writeAddress },
      stdin,
    });

  it('write the first version, and say so', async () => {
    const { exit, stdout, stderr } = await call(['model', 'write', '-f', first, '-m', 'begin', '--author', 'ann']);
    assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' });
    assert.deepEqual(
      stdout.split('\n').map((line) => line.split(/\t+/).filter((cell) => cell !== '')),
      [
        ['version 1 takes the place of 0'],
        ['CHANGE', 'NAMESPACE', 'RELATION', 'BEFORE', 'AFTER'],
        ['namespace added', 'Doc'],
        ['relation added', 'Doc', 'owner', 'User[]'],
        ['relation added', 'Doc', 'viewer', 'User[]'],
        ['namespace added', 'User'],
        [],
      ],
    );
    assert.equal((await call(['model', 'write', '-f', first])).stdout, 'version 1 says the same\nnothing changes\n');
  });

  it('refuse to orphan tuples, with a reason and exit code 255', async () => {
    await call(['relation-tuple', 'create', 'ann', 'viewer', 'Doc:x']);
    assert.deepEqual(await call(['patch', 'opl', '-f', second]), {
      exit: 255,
      stdout: '',
      stderr:
        'Could not make request: rpc error: code = FailedPrecondition desc = the model would orphan stored tuples: 1 tuple of Doc#viewer, which is gone, such as Doc:x#viewer@ann\n',
    });
  });

  it('show what would change and be orphaned, from a file, the standard input and a URL', async () => {
    const web = createServer((_, response) => response.end(SECOND)).listen(0, '127.0.0.1');
    await once(web, 'listening');
    try {
      const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/model.ts`; // it listens on TCP
      const places = [second, `file://${second}`, '-', url, `base64://${Buffer.from(SECOND).toString('base64')}`];
      for (const place of places) {
        const { exit, stdout } = await call(['model', 'diff', '-f', place], SECOND);
        assert.equal(exit, 0, place);
        assert.match(stdout, /^relation removed\tDoc\t\tviewer\t\tUser\[\]/m, place);
        assert.match(stdout, /^1 stored tuple loses what it refers to$/m, place);
        assert.match(stdout, /^Doc#viewer\tobject\t1\tDoc:x#viewer@ann/m, place);
      }
    } finally {
      web.close();
    }
    const dry = await call(['model', 'write', '-f', second, '--dry-run', '--format', 'json']);
    const { model_id, orphan_count } = JSON.parse(dry.stdout) as Record<string, unknown>;
    assert.deepEqual([model_id, orphan_count], ['1', 1]);
  });

  it('take a folder as one model', async () => {
    const model = join(folder, 'model');
    mkdirSync(model);
    writeFileSync(join(model, 'users.ts'), USERS);
    writeFileSync(join(model, 'docs.ts'), FIRST.replace(USERS, ''));
    const { exit, stdout } = await call(['model', 'validate', '-f', model]);
    assert.deepEqual({ exit, stdout }, { exit: 0, stdout: 'nothing changes\n' });
  });

  it('show mistakes at their places, with exit code 1', async () => {
    const { exit, stdout, stderr } = await call(['model', 'validate', '-f', broken]);
    assert.deepEqual({ exit, stdout }, { exit: 1, stdout: 'the model has errors\n' });
    assert.match(stderr, /^broken\.ts:1:48: error: namespace "B" was not declared\n1 \| class Doc[^\n]*\n {2}\| +\^\n/);
    assert.equal((await call(['model', 'diff', '-f', broken])).exit, 1);
  });

  it('expect a version that is named, lest an unset variable passes for no condition', async () => {
    const { exit, stderr } = await call(['model', 'write', '-f', second, '--expect', '', '--force']);
    assert.equal(exit, 255);
    assert.match(stderr, /^Error: --expect must name a version, or 0 for none\n/);
  });

  it('write only what is expected, and by force', async () => {
    const { exit, stderr } = await call(['model', 'write', '-f', second, '--expect', '7', '--force']);
    assert.equal(exit, 255);
    assert.match(stderr, /the newest version of the model is "1", not "7"/);
    const forced = await call(['model', 'write', '-f', second, '--expect', '1', '--force', '-q']);
    assert.deepEqual(forced, { exit: 0, stdout: '2\n', stderr: '' });
  });

  it('list, read and compare versions', async () => {
    const listed = (await call(['model', 'list', '--format', 'json'])).stdout;
    const { models, current_model_id } = JSON.parse(listed) as {
      models: { model_id: string; author: string; message: string }[];
      current_model_id: string;
    };
    assert.deepEqual(
      models.map(({ model_id, author, message }) => [model_id, author, message]),
      [
        ['2', '', ''],
        ['1', 'ann', 'begin'],
      ],
    );
    assert.equal(current_model_id, '2');
    assert.match((await call(['model', 'list'])).stdout, /^1\t+\S+Z\t+ann\t+begin\t/m);
    assert.equal((await call(['model', 'read', '1'])).stdout, FIRST);
    assert.equal((await call(['model', 'read'])).stdout, SECOND);
    assert.match((await call(['model', 'diff', '2', '1'])).stdout, /^relation added\tDoc\t\tviewer/m);
  });

  for (const { words, text } of [
    { words: ['model', 'write'], text: 'the flag --file is missing: it says where the model is' },
    { words: ['model', 'diff', '1', '2', '-f', 'x'], text: 'two versions and --file exclude each other' },
    { words: ['model', 'write', 'x'], text: 'accepts 0 arg(s), received 1' },
  ]) {
    it(`refuse ${words.join(' ')}`, async () => {
      const { exit, stdout } = await call(words);
      assert.deepEqual({ exit, stdout }, { exit: 255, stdout: `${text}\n` });
    });
  }

  it('name a place that cannot be read', async () => {
    const { exit, stderr } = await call(['model', 'write', '-f', join(folder, 'none.ts')]);
    assert.equal(exit, 255);
    assert.match(
      stderr,
      /^could not read the model from .*none\.ts: cannot read "none\.ts": no such file or directory\n$/,
    );
  });
});
