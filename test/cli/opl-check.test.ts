import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { callProgram } from './support/call-program.ts';

describe('opl check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stheno-opl-'));
  const file = (name: string) => join(folder, name);
  before(() => {
    writeFileSync(file('user.ts'), 'class User implements Namespace {}\n');
    writeFileSync(file('doc.ts'), 'class Doc implements Namespace {\n  related: { owners: User[] }\n}\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  test('files that refer to each other are one model', async () => {
    assert.deepEqual(await callProgram(['opl', 'check', file('user.ts'), file('doc.ts')]), {
      exit: 0,
      stdout: '2 namespaces, 0 errors, 0 warnings\n',
      stderr: '',
    });
  });

  test('the files of a folder are read as the server reads them', async () => {
    const below = mkdtempSync(join(folder, 'model-'));
    mkdirSync(join(below, 'docs'));
    writeFileSync(join(below, 'user.ts'), 'class User implements Namespace {}\n');
    writeFileSync(join(below, 'user.ts~'), 'not read');
    writeFileSync(
      join(below, 'docs', 'doc.ts'),
      'class Doc implements Namespace { related: { a: User[], b: Usr[] } }\n',
    );
    const { exit, stdout } = await callProgram(['opl', 'check', below]);
    assert.equal(exit, 1);
    assert.ok(stdout.startsWith(`${join(below, 'docs', 'doc.ts')}:1:59: error: `), stdout);
    assert.match(stdout, /\n1 error, 0 warnings\n$/);
  });

  test('an error is shown at its place', async () => {
    const { exit, stdout } = await callProgram(['opl', 'check', file('doc.ts')]);
    assert.equal(exit, 1);
    assert.match(stdout, /doc\.ts:2:22: error: .*User.*\n2 \| {3}related: \{ owners: User\[\] \}\n {2}\| {22}\^{4}\n/);
    assert.match(stdout, /\n1 error, 0 warnings\n$/);
  });

  test('errors in JSON name file, severity, message and range', async () => {
    const { exit, stdout } = await callProgram(['opl', 'check', '-', '--format', 'json'], { stdin: 'class A' });
    const [found] = JSON.parse(stdout);
    assert.equal(exit, 1);
    assert.deepEqual(Object.keys(found), ['file', 'severity', 'message', 'start', 'end']);
    assert.equal(found.file, 'stdin');
  });

  test('a model without faults is an empty list', async () => {
    const { exit, stdout } = await callProgram(['opl', 'check', file('user.ts'), file('doc.ts'), '--format=json']);
    assert.deepEqual({ exit, stdout }, { exit: 0, stdout: '[]\n' });
  });

  for (const { words, message } of [
    { words: [], message: 'requires at least 1 arg(s), only received 0\n' },
    { words: ['x', '--format', 'yaml'], message: 'expected one of [text, json] but got yaml\n' },
  ]) {
    test(`opl check ${words.join(' ')} is a usage error`, async () => {
      const { exit, stdout } = await callProgram(['opl', 'check', ...words]);
      assert.deepEqual({ exit, stdout }, { exit: 255, stdout: message });
    });
  }

  test('a folder without files is told', async () => {
    const below = mkdtempSync(join(folder, 'empty-'));
    assert.deepEqual(await callProgram(['opl', 'check', below]), {
      exit: 255,
      stdout: '',
      stderr: `there are no files in ${below}\n`,
    });
  });

  test('a missing file is told', async () => {
    assert.deepEqual(await callProgram(['opl', 'check', 'no/such.ts']), {
      exit: 255,
      stdout: '',
      stderr: 'could not read no/such.ts: stat no/such.ts: no such file or directory\n',
    });
  });
});
