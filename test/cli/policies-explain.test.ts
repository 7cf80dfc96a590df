import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';
import { callProgram } from './support/call-program.ts';

describe('stheno policies explain', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({});
    const conditions = { ip: { type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' } } };
    await put('glob/policies', { id: 'read', subjects: ['team:*'], resources: ['docs:*'], actions: ['**'] });
    await put('glob/policies', {
      id: 'at "work"\u001b',
      subjects: ['ann'],
      resources: ['docs:1'],
      actions: ['read'],
      effect: 'deny',
      conditions,
    });
    await put('glob/roles', { id: 'team:x', members: ['ann'] });
  });
  after(() => server[Symbol.asyncDispose]());

  const put = async (path: string, document: object) => {
    const body = JSON.stringify({ effect: 'allow', ...document });
    const { status } = await fetch(`http://${server.writeAddress}/engines/acp/ory/${path}`, { method: 'PUT', body });
    assert.equal(status, 200);
  };
  const explain = (...words: string[]) =>
    callProgram(['policies', 'explain', ...words], { env: { KETO_URL: `http://${server.readAddress}` } });
  const ANN = ['glob', 'ann', 'docs:1', 'read'];

  it('shows which policies match, through which roles, and which conditions are not met', async () => {
    assert.deepEqual(await explain(...ANN), {
      exit: 0,
      stdout: `Allowed
Roles: "team:x"

"read" (allow) applies
  subject    "team:*", through the role "team:x"
  resource   "docs:*"
  action     "**"

"at \\"work\\"\\x1b" (deny) does not apply: not all of its conditions are met
  subject    "ann"
  resource   "docs:1"
  action     "read"
  condition  "ip" "CIDRCondition": not met
`,
      stderr: '',
    });
  });

  it('asks with a context', async () => {
    const { stdout } = await explain(...ANN, '--context', '{"ip":"10.0.0.1"}');
    assert.match(
      stdout,
      /^Denied\n.*\n\n"at .*" \(deny\) applies\n(.*\n){3} {2}condition {2}"ip" "CIDRCondition": met\n/,
    );
  });

  it('says that nothing matches', async () => {
    assert.equal((await explain('glob', 'bob', 'docs:1', 'read')).stdout, 'Denied\nNo policy matches.\n');
  });

  it('says why there is no answer', async () => {
    const { exit, stdout } = await explain(...ANN, '--context', '{"ip":5}');
    assert.equal(exit, 0);
    assert.match(stdout, /^No answer: policy .*: condition "ip": its value in the context must be a string\n/);
    assert.match(stdout, /\(deny\) cannot be evaluated\n {2}policy /);
  });

  it('shows the answer alone, or all of it as JSON', async () => {
    assert.equal((await explain(...ANN, '-q')).stdout, 'Allowed\n');
    const { stdout } = await explain(...ANN, '--format', 'json');
    assert.deepEqual(Object.keys(JSON.parse(stdout)), ['allowed', 'roles', 'policies', 'truncated']);
    assert.equal((await explain(...ANN, '--format', 'jsonpath=policies.0.id')).stdout, '"read"\n');
  });

  it('does not take a context that is no object', async () => {
    for (const context of ['[]', '{', '5']) {
      const { exit, stdout } = await explain(...ANN, '--context', context);
      assert.deepEqual([exit, stdout], [255, 'the flag --context must be a JSON object, such as {"ip":"10.0.0.1"}\n']);
    }
  });

  it('says what is missing', async () => {
    const few = await explain('glob', 'ann');
    assert.equal(few.exit, 1);
    assert.match(
      few.stderr,
      /stheno policies explain <flavor>[\s\S]*Expected at least 4 command line arguments but only got 2\.\n$/,
    );
    assert.equal((await explain('fuzzy', 'a', 'b', 'c')).exit, 1);
    const { exit, stderr } = await callProgram(['policies', 'explain', ...ANN]);
    assert.equal(exit, 1);
    assert.match(stderr, /--endpoint flag or the KETO_URL/);
  });
});
