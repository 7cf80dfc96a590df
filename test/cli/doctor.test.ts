import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TupleSurvey } from '../../src/cli/tuple-survey.ts';
import { openClient } from '../client/support/open-client.ts';
import { testDatabases } from '../support/databases.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { callProgram } from './support/call-program.ts';

const OLD = `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace { related: { viewers: (User | Group)[], view: User[], editors: User[] } }`;

const NEW = `
class User implements Namespace {}
class Doc implements Namespace {
  related: { viewers: User[] }
  permits = { view: (ctx) => this.related.viewers.includes(ctx.subject) }
}`;

const TUPLES = [
  'Doc:a#viewers@ann',
  'Doc:a#viewers@(User:ann#)',
  ...Array.from({ length: 5 }, (_, at) => `Doc:${at}#editors@\u001Beve`),
  'Doc:a#view@ann',
  'Doc:a#viewers@(Group:g#)',
  'Doc:a#viewers@(Doc:b#viewers)',
  'Group:g#members@ann',
];

for (const kind of testDatabases().filter(({ name }) => name === 'SQLite memory' || name === 'PostgreSQL')) {
  describe(`stheno doctor, with the tuples in ${kind.name}`, () => {
    let database: Awaited<ReturnType<typeof kind.create>>;
    let server: ReplayServer;
    let dir: string;
    before(async () => {
      database = await kind.create();
      dir = mkdtempSync(join(tmpdir(), 'stheno-doctor-'));
      server = await ReplayServer.start({ files: { 'model.ts': OLD }, config: { dsn: database.dsn } });
      const client = openClient(server);
      await client.write(TUPLES.map((tuple) => ({ insert: parseTestTuple(tuple) })));
      client.close();
      writeFileSync(
        join(dir, 'old.ts'),
        OLD.replace('(User | Group)[]', '(User | Group | SubjectSet<Doc, "viewers">)[]'),
      );
      writeFileSync(join(dir, 'new.ts'), NEW);
      writeFileSync(join(dir, 'broken.ts'), 'class Doc implements Namespace { related: { viewers: Usr[] } }');
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true });
    });

    const call = (...flags: string[]) =>
      callProgram(['doctor', '--insecure-disable-transport-security', ...flags], {
        env: { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` },
      });
    const doctor = (model: string, ...flags: string[]) => call('--model', join(dir, model), ...flags);

    it('takes the model of the server when it is given none', async () => {
      const { exit, stdout } = await call();
      assert.equal(
        stdout,
        `Doc#viewers: subjects "Doc#viewers" are not allowed: expected "User" or "Group" (1 tuple)
    Doc:a#viewers@Doc:b#viewers
11 tuples: 1 is not allowed
`,
      );
      assert.equal(exit, 1);
    });

    it('finds nothing where there is nothing', async () => {
      const { exit, stdout } = await doctor('old.ts');
      assert.deepEqual([exit, stdout], [0, '11 tuples: the model allows all of them\n']);
    });

    it('shows what a model does not allow, how often, and where', async () => {
      const { exit, stdout } = await doctor('new.ts');
      assert.equal(
        stdout,
        `Doc#editors: relation "editors" is not declared in namespace "Doc": expected "viewers" (5 tuples)
    Doc:0#editors@\uFFFDeve
    Doc:1#editors@\uFFFDeve
    Doc:2#editors@\uFFFDeve
    …
Doc#view: "view" is a permit of namespace "Doc", which no tuple grants: expected "viewers" (1 tuple)
    Doc:a#view@ann
Doc#viewers: subjects "Doc#viewers" are not allowed: expected "User" (1 tuple)
    Doc:a#viewers@Doc:b#viewers
Doc#viewers: namespace "Group" is not declared (1 tuple)
    Doc:a#viewers@Group:g
Group#members: namespace "Group" is not declared (1 tuple)
    Group:g#members@ann
11 tuples: 9 are not allowed
`,
      );
      assert.equal(exit, 1);
      assert.deepEqual(await doctor('new.ts', '-q'), { exit: 1, stdout: '9\n', stderr: '' });
    });

    it('tells programs the same', async () => {
      const { exit, stdout } = await doctor('new.ts', '--format', 'json');
      const { tuples, violations, findings } = JSON.parse(stdout);
      assert.deepEqual([exit, tuples, violations], [1, 11, 9]);
      assert.deepEqual(findings[1], {
        namespace: 'Doc',
        relation: 'view',
        message: '"view" is a permit of namespace "Doc", which no tuple grants: expected "viewers"',
        count: 1,
        examples: [{ namespace: 'Doc', object: 'a', relation: 'view', subject_id: 'ann' }],
      });
    });

    it('needs a model that loads', async () => {
      const { exit, stderr } = await doctor('broken.ts');
      assert.equal(exit, 255);
      assert.match(stderr, /broken\.ts:1:\d+: error: namespace "Usr" was not declared\n/);
      assert.match((await doctor('none.ts')).stderr, /^could not read .*none\.ts: /);
    });
  });
}

describe('a survey of tuples', () => {
  it('counts on when there are more mistakes than can be told apart', () => {
    const survey = new TupleSurvey({ problemOf: () => ({ message: 'no' }) });
    for (let at = 0; at < 2500; at++) survey.add(parseTestTuple(`Doc:a#${at % 1250}@ann`));
    assert.deepEqual([survey.tuples, survey.violations, survey.findings().length], [2500, 2500, 1000]);
    assert.deepEqual([survey.findings()[0]?.count, survey.findings()[0]?.examples.length], [2, 2]);
  });
});
