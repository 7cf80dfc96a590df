import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { callProgram } from './support/call-program.ts';

const QUESTION =
  'Are you sure that you want to apply this migration? Make sure to check the CHANGELOG.md for breaking changes beforehand. [y/n]: ';

describe('migrate', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stheno-migrate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const migrate = (
    words: readonly string[],
    { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
  ) =>
    callProgram(['migrate', ...words, '-c', ''], {
      env: { DSN: `sqlite://${join(folder, 'db.sqlite')}`, NAMESPACES_0_NAME: 'videos', ...env },
      stdin,
    });

  test('up asks until the answer is yes or no', async () => {
    const { exit, stdout } = await migrate(['up', '--format', 'jsonpath=0.state'], { stdin: 'maybe\n\n YES \n' });
    assert.equal(exit, 0);
    assert.equal(
      stdout,
      `Current status:\n"Pending"\n${QUESTION.repeat(3)}Applying migrations...\nSuccessfully applied all migrations:\n"Applied"\n`,
    );
  });

  test('status shows the statements of every migration', async () => {
    const { stdout } = await migrate(['status', '--format', 'json']);
    const [first] = JSON.parse(stdout);
    assert.deepEqual(Object.keys(first), ['state', 'version', 'name', 'content', 'content_down']);
    assert.match(first.content, /CREATE TABLE/i);
  });

  for (const { words, output } of [
    { words: ['status'], output: 'stdout' },
    { words: ['up', '-y'], output: 'stderr' },
    { words: ['down', '0', '-y'], output: 'stderr' },
  ] as const) {
    test(`${words[0]} tells that the database cannot be reached`, async () => {
      const called = await migrate(words, { env: { DSN: 'postgres://nobody:secret@127.0.0.1:1/none' } });
      assert.equal(called.exit, 255);
      assert.match(called[output], /^Could not get migration status: .+\n$/);
      assert.doesNotMatch(called.stdout + called.stderr, /secret/);
    });
  }

  test('a DSN that cannot be used is told', async () => {
    const { exit, stderr } = await migrate(['up', '-y'], { env: { DSN: 'foo://bar:secret@x' } });
    assert.equal(exit, 255);
    assert.match(stderr, /^Could not get migration status: .*foo.*\n$/);
    assert.doesNotMatch(stderr, /secret/);
  });

  test('legacy namespaces must be there', async () => {
    const { exit, stdout } = await callProgram(['migrate', 'status', '-c', ''], {
      env: { DSN: 'memory', NAMESPACES: `file://${folder}/none` },
    });
    assert.deepEqual({ exit, stdout }, { exit: 255, stdout: `stat ${folder}/none: no such file or directory\n` });
  });

  describe('sql', () => {
    const dsn = () => `sqlite://${join(folder, 'sql.sqlite')}`;
    const sql = (words: readonly string[], env: Record<string, string> = {}) =>
      callProgram(['migrate', 'sql', ...words], { env });

    const places: [name: string, words: () => string[], env: () => Record<string, string>][] = [
      ['its argument', () => [dsn()], () => ({ DSN: 'sqlite:///nowhere/at/all' })],
      ['DSN', () => ['-e'], () => ({ DSN: dsn(), DATABASE_URL: 'sqlite:///nowhere/at/all' })],
      ['DATABASE_URL', () => ['--read-from-env'], () => ({ DATABASE_URL: dsn() })],
    ];
    for (const [name, words, env] of places) {
      test(`takes the database from ${name}, and asks and prints nothing`, async () => {
        const first = await sql(words(), env());
        assert.deepEqual([first.exit, first.stdout], [0, '']);
        const lines = first.stderr.replaceAll(/^\S+ /gm, '').split('\n');
        assert.deepEqual(lines, [
          'info  Applying storage SQL migrations...',
          `info  Successfully applied SQL migrations applied_migrations=${lines[1]?.split('=')[1]}`,
          'info  Done applying storage SQL migrations',
          '',
        ]);
        const again = await sql(words(), env());
        assert.match(again.stderr, /Successfully applied SQL migrations applied_migrations=0\n/);
      });
    }

    const refusals: [what: string, words: string[], message: RegExp, usage: boolean][] = [
      ['no argument', [], /^Argument 1 is missing/, true],
      ['an environment without a database', ['-e'], /^Neither DSN nor DATABASE_URL is set/, true],
      [
        'memory',
        ['memory'],
        /^Migrations can only be run against PostgreSQL, MySQL or CockroachDB databases\n$/,
        false,
      ],
      ['a database that cannot be opened', ['sqlite:///nowhere/at/all'], /^Could not apply migrations: /, false],
    ];
    for (const [what, words, message, usage] of refusals) {
      test(`refuses ${what}`, async () => {
        const { exit, stdout, stderr } = await sql(words);
        assert.equal(exit, 1);
        assert.match(stderr, message);
        assert.equal(stdout.startsWith('Usage:\n  stheno migrate sql <database-url>'), usage);
      });
    }
  });
});
