import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { prepareStore } from '../support/replay/prepare-store.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { callProgram } from './support/call-program.ts';

describe('verb-first commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stheno-verbs-'));
  const file = join(folder, 'tuples.txt');
  let server: ReplayServer;
  before(async () => {
    writeFileSync(file, 'Document:secret#read@tom\nDocument:secret#read@Group:eng#member\n');
    server = await ReplayServer.start({ namespaces: [{ name: 'Document' }, { name: 'Group' }] });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const call = (words: readonly string[], stdin = '') =>
    callProgram([...words, '--insecure-disable-transport-security'], {
      env: {
        KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}`,
        KETO_WRITE_REMOTE: `127.0.0.1:${server.port('write')}`,
      },
      stdin,
    });

  test('parse, create, list, check and delete make the quickstart', async () => {
    await prepareStore(server, []);
    const parsed = await callProgram(['parse', 'relation-tuples', '--format=json', '-'], {
      stdin: 'Document:secret#read@tom\n',
    });
    assert.equal(parsed.stdout, '{"namespace":"Document","object":"secret","relation":"read","subject_id":"tom"}\n');
    const created = await call(['create', 'relation-tuples', '-', '-q'], parsed.stdout);
    assert.deepEqual(created, { exit: 0, stdout: 'Document:secret#read@tom\n', stderr: '' });
    const listed = await call(['list', 'relation-tuples', '-q']);
    assert.equal(listed.stdout, 'Document:secret#read@tom\n');
    const deleted = await call(['delete', 'relation-tuples', '--namespace', 'Document', '--force']);
    assert.deepEqual(deleted, { exit: 0, stdout: '', stderr: '' });
    assert.equal((await call(['list', 'relationships', '-q'])).stdout, '');
  });

  for (const { words, stdout } of [
    { words: ['check', 'permission', 'Document:secret', 'read', 'tom'], stdout: 'Allowed\n' },
    { words: ['check', 'permission', 'Document:secret', 'read', 'ann'], stdout: 'Denied\n' },
    { words: ['is', 'allowed', 'tom', 'read', 'Document:secret'], stdout: 'Allowed\n' },
    { words: ['is', 'allowed', 'tom', 'read', 'Document', 'secret'], stdout: 'Allowed\n' },
    { words: ['is', 'allowed', 'ann', 'read', 'Document:secret', '--format', 'json'], stdout: '{"allowed":false}\n' },
    { words: ['check', 'permission', 'read', 'Document:secret'], stdout: 'Denied\n' },
  ]) {
    test(words.join(' '), async () => {
      await prepareStore(server, ['Document:secret#read@tom']);
      assert.deepEqual(await call(words), { exit: 0, stdout, stderr: '' });
    });
  }

  test('parse takes files as arguments', async () => {
    const { stdout } = await callProgram(['parse', 'relation-tuples', file, '-q']);
    assert.equal(stdout, 'Document:secret#read@tom\nDocument:secret#read@Group:eng#member\n');
  });
});
