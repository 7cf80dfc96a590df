import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openClient } from '../../client/support/open-client.ts';
import { ReplayServer } from '../../support/replay/replay-server.ts';
import { callProgram } from '../support/call-program.ts';

const MODEL = `class User implements Namespace {}
class Folder implements Namespace {
  related: { parents: Folder[], viewers: (User | SubjectSet<Folder, "viewers">)[] }
  permits = {
    view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
    hide: (ctx) => !this.permits.view(ctx),
  }
}
`;
const inline = `model: |\n${MODEL.replaceAll(/^/gm, '  ')}\n`;

let dir: string;
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'stheno-model-tests-'));
});
after(() => rmSync(dir, { recursive: true }));

/** Writes files, the first of which is run. */
async function run(files: Readonly<Record<string, string>>, ...flags: string[]) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const [first = ''] = Object.keys(files);
  const { exit, stdout, stderr } = await callProgram(['test', join(dir, first), ...flags]);
  return { exit, stdout: stdout.replaceAll(`${dir}/`, ''), stderr };
}

describe('the example of docs/model-tests.md', () => {
  const page = readFileSync(new URL('../../../docs/model-tests.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const [, shown = ''] = /```\n\$ stheno test --coverage documents\.test\.yaml\n([\s\S]*?)```/.exec(page) ?? [];

  it('prints what is shown', async () => {
    const { exit, stdout } = await run({ 'documents.test.yaml': example }, '--coverage');
    assert.equal(stdout, shown);
    assert.equal(exit, 1);
  });

  it('passes without its mistake', async () => {
    const { exit, stdout } = await run({ 'documents.test.yaml': example.replace('true # a mistake', 'false') });
    assert.ok(stdout.endsWith('\n5 passed, 0 failed\n'), stdout);
    assert.equal(exit, 0);
  });
});

describe('a test of a model', () => {
  const outcomes: { name: string; head?: string; test: string; remark?: string }[] = [
    { name: 'a yes', test: 'check: { "Folder:a#view@ann": true }' },
    { name: 'a no', test: 'check: { "Folder:a#view@bob": false }' },
    {
      name: 'a question in parts',
      test: 'check: [{ tuple: { namespace: Folder, object: a, relation: view, subject_id: ann }, expect: true }]',
    },
    {
      name: 'a subject set',
      test: 'check: [{ tuple: { namespace: Folder, object: a, relation: viewers, subject_set: { namespace: Folder, object: b, relation: viewers } }, expect: false }]',
    },
    { name: 'tuples of its own', test: 'tuples: ["Folder:a#viewers@bob"]\n    check: { "Folder:a#view@bob": true }' },
    { name: 'a depth that ran out', test: 'max_depth: 1\n    check: { "Folder:a#view@ann": DEPTH }' },
    { name: 'an undeclared relation', test: 'check: { "Folder:a#veiw@ann": UNDECLARED_RELATION }' },
    {
      name: 'objects in any order',
      test: 'list_objects: [{ namespace: Folder, relation: view, subject: ann, expect: [top, a] }]',
    },
    {
      name: 'no objects',
      test: 'list_objects: [{ namespace: Folder, relation: view, subject: { id: bob }, expect: [] }]',
    },
    {
      name: 'subjects',
      test: 'list_subjects: [{ set: { namespace: Folder, object: a, relation: view }, expect: [ann, "Folder:team#viewers"] }]',
    },
    {
      name: 'some subjects',
      test: 'list_subjects: [{ set: "Folder:a#view", filter: { kind: set, namespace: Folder, relation: viewers }, expect: ["Folder:team#viewers"] }]',
    },
  ];
  const tuples =
    'tuples: ["Folder:a#parents@Folder:top", "Folder:top#viewers@ann", "Folder:top#viewers@Folder:team#viewers"]\n';
  for (const { name, test } of outcomes) {
    it(`expects ${name}`, async () => {
      const file = `${inline}${tuples}tests:\n  - name: the one\n    ${test}\n`;
      const { exit, stdout } = await run({ 'one.yaml': file });
      assert.equal(stdout, 'one.yaml\n  ✓ the one (1 of 1)\n\n1 passed, 0 failed\n');
      assert.equal(exit, 0);
    });
  }

  it('is not passed by other outcomes', async () => {
    const tests = `tests:
  - name: wrong
    check: { 'Folder:a#view@ann': false, 'Folder:a#veiw@ann': true }
    list_objects: [{ namespace: Folder, relation: view, subject: ann, expect: [a] }, { namespace: Folder, relation: veiw, subject: ann, expect: [] }]
    list_subjects: [{ set: 'Folder:a#view', filter: { kind: id }, expect: [] }]
`;
    const { exit, stdout } = await run({ 'wrong.yaml': `${inline}${tuples}${tests}` }, '--format', 'json');
    assert.equal(exit, 1);
    const { passed, failed, files } = JSON.parse(stdout);
    assert.deepEqual([passed, failed], [0, 5]);
    const shown = files[0].tests[0].expectations.map(
      ({ question, expected, actual, remark }: Record<string, unknown>) => [question, expected, actual, remark],
    );
    assert.deepEqual(shown, [
      ['check Folder:a#view@ann', 'false', 'true', undefined],
      ['check Folder:a#veiw@ann', 'true', 'UNDECLARED_RELATION', undefined],
      ['list objects Folder view ann', ['a'], ['a', 'top'], undefined],
      ['list objects Folder veiw ann', [], 'an error', 'relation "veiw" does not exist'],
      ['list subjects Folder:a#view kind=id', [], ['ann'], undefined],
    ]);
  });

  it('has its model in a folder, whose files may refer to each other', async () => {
    const [user = '', ...rest] = MODEL.split('\n');
    const { exit, stdout } = await run({
      'folder.yaml': 'model_file: model\ntests: [{ name: x, check: { "Folder:a#view@ann": false } }]',
      'model/user.ts': user,
      'model/folder.ts': rest.join('\n'),
    });
    assert.deepEqual([exit, stdout], [0, 'folder.yaml\n  ✓ x (1 of 1)\n\n1 passed, 0 failed\n']);
  });

  it('is strict when the file says so', async () => {
    const file = (strict: boolean) =>
      `${inline}strict: ${strict}
tuples: ['Folder:a#parents@User:ann', 'Folder:a#view@bob']
tests: [{ name: x, check: { 'Folder:a#view@bob': ${!strict} } }]\n`;
    for (const strict of [true, false]) assert.equal((await run({ 'strict.yaml': file(strict) })).exit, 0);
  });

  it('marks tuples that the model does not allow', async () => {
    const file = `${inline}
tuples: ['Folder:a#viewer@ann', 'Folder:a#viewers@ann']
tests: [{ name: x, tuples: ['Folder:a#view@bob'], check: { 'Folder:a#view@bob': true } }]\n`;
    const { exit, stdout } = await run({ 'doubtful.yaml': file });
    assert.equal(
      stdout,
      `doubtful.yaml
  ! 12:10: Folder:a#viewer@ann: relation "viewer" is not declared in namespace "Folder": expected "parents" or "viewers"
  ! 13:29: Folder:a#view@bob: "view" is a permit of namespace "Folder", which no tuple grants: expected "parents" or "viewers"
  ✓ x (1 of 1)

1 passed, 0 failed
`,
    );
    assert.equal(exit, 0);
    const { files } = JSON.parse((await run({ 'doubtful.yaml': file }, '--format', 'json')).stdout);
    assert.deepEqual(files[0].doubtful_tuples[1], {
      tuple: 'Folder:a#view@bob',
      line: 13,
      column: 29,
      message: '"view" is a permit of namespace "Folder", which no tuple grants: expected "parents" or "viewers"',
    });
  });

  it('tells what no answer depended on', async () => {
    const tests = `tests: [{ name: x, tuples: ['Folder:a#viewers@ann'], check: { 'Folder:a#view@ann': true } }]\n`;
    const { stdout } = await run({ 'coverage.yaml': `${inline}${tests}` }, '--coverage');
    assert.equal(
      stdout,
      `coverage.yaml
  ✓ x (1 of 1)
  coverage: 2 of 4 relations and permits (50 %)
    Folder#parents not tested
    Folder#viewers never denied
    Folder#view never denied
    Folder#hide not tested

1 passed, 0 failed
`,
    );
  });

  it('is reported in the XML of JUnit', async () => {
    const tests = `tests:
  - name: "<&\\"'\\u0001\\uFFFF"
    check: { 'Folder:a#view@ann': true, 'Folder:a#view@bob': false }\n`;
    const { exit, stdout } = await run({ 'junit.yaml': `${inline}${tests}` }, '--format', 'junit');
    assert.equal(exit, 1);
    assert.equal(
      stdout.replaceAll(/time="\d+\.\d{6}"/g, 'time="T"'),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0">
  <testsuite name="junit.yaml" tests="2" failures="1" errors="0" time="T">
    <testcase classname="junit.yaml" name="&#60;&#38;&#34;&#39;\uFFFD\uFFFD: check Folder:a#view@ann" time="T">
      <failure message="expected true, but got false">junit.yaml:13:14
Denied
✗ Folder:a#view
├─ ✗ Folder:a#view@ann is not stored
└─ ✗ any of (Folder#view)
   ├─ ✗ Folder:a#viewers
   │  └─ ✗ Folder:a#viewers@ann is not stored
   └─ ✗ what Folder:a#parents leads to</failure>
    </testcase>
    <testcase classname="junit.yaml" name="&#60;&#38;&#34;&#39;\uFFFD\uFFFD: check Folder:a#view@bob" time="T"/>
  </testsuite>
</testsuites>
`,
    );
  });
});

describe('a file of tests that cannot be run', () => {
  const user = 'model: class User implements Namespace {}\n';
  const cases: [name: string, text: string, problem: string | RegExp][] = [
    ['no YAML', 'tests:\n  - [x\n', /^bad\.yaml:3:1: flow sequence in block collection must .*\n/],
    ['a key twice', `${user}tests: []\ntests: []\n`, /^bad\.yaml:3:1: map keys must be unique\n/],
    ['nothing', '', 'bad.yaml:1:1: expected a map\n'],
    ['no model', 'tests: []\n', 'bad.yaml:1:1: one of the keys "model" and "model_file" is missing\n'],
    ['two models', `${user}model_file: x.ts\ntests: []\n`, 'bad.yaml:2:13: the model is in the file already\n'],
    ['no tests', user, 'bad.yaml:1:1: the key "tests" is missing\n'],
    [
      'an unknown key',
      `${user}test: []\n`,
      'bad.yaml:2:1: unknown key "test", expected one of model, model_file, strict, tuples, tests\n',
    ],
    [
      'a model that is not there',
      'model_file: x.ts\ntests: []\n',
      'bad.yaml:1:13: could not read x.ts: stat x.ts: no such file or directory\n',
    ],
    [
      'a mistake in its model',
      'model: |\n  class X implements Namespace {\n    related: { /* 😀 */ x: Y[] }\n  }\ntests: []\n',
      'bad.yaml:3:27: error: namespace "Y" was not declared\n3 |     related: { /* 😀 */ x: Y[] }\n  |                            ^\n',
    ],
    [
      'a mistake in a model of one line',
      'model: "class"\ntests: []\n',
      /^bad\.yaml \(model\):1:6: error: .*\n1 \| class\n {2}\| {6}\^\n/,
    ],
    [
      'a tuple of no form',
      `${user}tuples: [User:a]\ntests: []\n`,
      'bad.yaml:2:10: "User:a" does not have the form namespace:object#relation@subject\n',
    ],
    [
      'a tuple of a namespace that is not there',
      `${user}tuples: ["Usr:a#b@c"]\ntests: []\n`,
      'bad.yaml:2:10: the model has no namespace "Usr"\n',
    ],
    [
      'a subject of a namespace that is not there',
      `${user}tuples: ["User:a#b@(Usr:c#)"]\ntests: []\n`,
      'bad.yaml:2:10: the model has no namespace "Usr"\n',
    ],
    [
      'a tuple without a subject',
      `${user}tuples: [{ namespace: User, object: a, relation: b }]\ntests: []\n`,
      'bad.yaml:2:10: expected one of subject_id and subject_set\n',
    ],
    [
      'a test without a name',
      `${user}tests:\n  - check: { "User:a#b@c": true }\n`,
      'bad.yaml:3:5: the test has no name\n',
    ],
    ['a test of nothing', `${user}tests:\n  - name: x\n`, 'bad.yaml:3:5: the test expects nothing\n'],
    [
      'an outcome that cannot be',
      `${user}tests: [{ name: x, check: { "User:a#b@c": maybe } }]\n`,
      'bad.yaml:2:43: expected one of true, false, DEPTH, NODES, UNDECLARED_RELATION, CONTRADICTION\n',
    ],
    [
      'a depth that cannot be',
      `${user}tests: [{ name: x, max_depth: 0, check: { "User:a#b@c": true } }]\n`,
      'bad.yaml:2:31: expected a whole number from 1 to 65535\n',
    ],
    [
      'a filter that cannot be',
      `${user}tests: [{ name: x, list_subjects: [{ set: "User:a#b", filter: { kind: all }, expect: [] }] }]\n`,
      'bad.yaml:2:63: kind must be id or set\n',
    ],
    [
      'a list without a question',
      `${user}tests: [{ name: x, list_objects: [{ namespace: User, expect: [] }] }]\n`,
      'bad.yaml:2:35: namespace, relation, subject and expect are needed\n',
    ],
  ];
  for (const [name, text, problem] of cases) {
    it(`says what is wrong: ${name}`, async () => {
      const { exit, stdout } = await run({ 'bad.yaml': text });
      assert.equal(exit, 255);
      const shown = stdout.replace(/\n0 passed, 0 failed, 1 files could not be run\n$/, '');
      if (typeof problem === 'string') assert.equal(shown, problem);
      else assert.match(shown, problem);
    });
  }

  it('does not keep others from being run', async () => {
    writeFileSync(join(dir, 'good.yaml'), `${user}tests: [{ name: x, check: { "User:a#b@c": false } }]\n`);
    const { exit, stdout } = await callProgram(['test', join(dir, 'gone.yaml'), join(dir, 'good.yaml')]);
    assert.equal(exit, 255);
    assert.match(
      stdout,
      /^could not read .*gone\.yaml: .*no such file or directory\n\n.*good\.yaml\n {2}✓ x \(1 of 1\)\n/,
    );
    assert.match(stdout, /\n1 passed, 0 failed, 1 files could not be run\n$/);
  });

  it('needs to be named, and a format that there is', async () => {
    assert.equal((await callProgram(['test'])).exit, 255);
    assert.match(
      (await callProgram(['test', 'x', '--format', 'xml'])).stderr,
      /expected one of \[table, json, junit\]/,
    );
  });
});

describe('tests against a server', () => {
  it('ask about what it stores, and write nothing', async () => {
    await using server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
    const client = openClient(server);
    await client.write([{ insert: 'Folder:a#viewers@ann' }]);
    const file = `${inline}
tuples: ['Folder:a#viewers@bob']
tests:
  - name: stored there
    check: { 'Folder:a#view@ann': true, 'Folder:a#view@bob': false, 'Folder:a#veiw@bob': UNDECLARED_RELATION }
    list_objects:
      - { namespace: Folder, relation: view, subject: ann, expect: [a] }
      - { namespace: Folder, relation: view, subject: 'Folder:b#viewers', expect: [] }
    list_subjects:
      - { set: 'Folder:a#view', filter: { kind: id }, expect: [ann] }
      - { set: 'Folder:a#view', filter: { kind: set, namespace: Folder, relation: viewers }, expect: [] }\n`;
    writeFileSync(join(dir, 'remote.yaml'), file);
    const flags = ['--remote', '--insecure-disable-transport-security', '--coverage'];
    const env = { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` };
    const { exit, stdout } = await callProgram(['test', join(dir, 'remote.yaml'), ...flags], { env });
    assert.match(stdout, /✓ stored there \(7 of 7\)\n {2}coverage: 3 of 4 relations and permits \(75 %\)\n/);
    assert.equal(exit, 0);
    const stored = [];
    for await (const { subject } of client.listTuples({ namespace: 'Folder' })) stored.push(subject);
    assert.deepEqual(stored, [{ kind: 'id', id: 'ann' }]);
    client.close();
  });

  it('are asked as they are, whatever the model of the file, which need not have one', async () => {
    await using server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
    const tests = `tests:
  - name: of the server's model
    check: { 'Folder:a#view@ann': false }
    list_objects: [{ namespace: Folder, relation: view, subject: ann, expect: [] }]
    list_subjects: [{ set: 'Folder:a#view', expect: [] }]
  - name: of no model
    check: { 'Nothing:a#view@ann': false }\n`;
    const other = 'model: "class Other implements Namespace {}"';
    const run = async (head: string, ...flags: string[]) => {
      writeFileSync(join(dir, 'asked.yaml'), `${head}\n${tests}`);
      const env = { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` };
      const words = ['test', join(dir, 'asked.yaml'), '--remote', '--insecure-disable-transport-security', ...flags];
      const { exit, stdout } = await callProgram(words, { env });
      return { exit, stdout };
    };
    for (const [head, ...flags] of [
      ['tuples: ["Elsewhere:a#b@c"]'],
      ['model_file: gone.ts'],
      [other],
      [other, '--coverage'],
    ] as const) {
      const { exit, stdout } = await run(head, ...flags);
      assert.match(stdout, /✓ of the server's model \(3 of 3\)\n {2}✗ of no model \(0 of 1\)\n/, head);
      assert.match(stdout, /check Nothing:a#view@ann: expected false, but got an error\n/, head);
      assert.equal(exit, 1, head);
    }
    const { exit, stdout } = await run('strict: true', '--coverage');
    assert.equal(exit, 255);
    assert.match(stdout, /one of the keys "model" and "model_file" is missing/);
  });

  it('end when it cannot be reached', async () => {
    writeFileSync(join(dir, 'remote.yaml'), `${inline}\ntests: [{ name: x, check: { 'Folder:a#view@ann': true } }]\n`);
    const flags = ['--remote', '--insecure-disable-transport-security', '--read-remote', '127.0.0.1:1'];
    const { exit, stderr } = await callProgram(['test', join(dir, 'remote.yaml'), ...flags]);
    assert.equal(exit, 255);
    assert.match(stderr, /^Could not make request: rpc error: code = Unavailable/);
  });
});
