import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { callProgram } from './support/call-program.ts';

const MAIN_FILE = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

function start(words: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN_FILE, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  return { child, stderr: text(child.stderr), ended: ended(child) };
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit');
  return code;
}

describe('the process', () => {
  test('ends quietly when nobody reads its output', async () => {
    const { child, stderr, ended: end } = start(['completion', 'powershell']);
    child.stdout.destroy();
    assert.deepEqual([await end, await stderr], [0, '']);
  });

  test('does not wait for input that it does not need', async () => {
    const { child, ended: end } = start(['version']);
    child.stdout.resume();
    assert.equal(await end, 0);
  });
});

describe('migrate status --block', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stheno-block-'));
  const config = join(folder, 'stheno.yml');
  before(() => writeFileSync(config, `dsn: sqlite://${join(folder, 'db.sqlite')}\n`));
  after(() => rmSync(folder, { recursive: true }));

  test('says what it waits for, and that it was interrupted', async () => {
    const { child, stderr, ended: end } = start(['migrate', 'status', '--block', '-c', config]);
    const [first] = await once(child.stdout, 'data');
    assert.match(String(first), /^Waiting for migrations to finish\.\.\.\n( - .+\n)+$/);
    child.stdout.resume();
    child.kill('SIGINT');
    assert.deepEqual([await end, await stderr], [255, 'Context was canceled, exiting...\n']);
  });

  test('ends with the table once another process has migrated', async () => {
    const { child, ended: end } = start(['migrate', 'status', '--block', '-c', config]);
    const output = text(child.stdout);
    await once(child.stdout, 'data');
    assert.equal((await callProgram(['migrate', 'up', '--yes', '-c', config])).exit, 0);
    assert.equal(await end, 0);
    assert.match(await output, /\nVersion\t+Name\t+Status\t+\n(\d+\t+[^\t]+\t+Applied\t+\n)+$/);
  });
});
