import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SthenoClient } from '../../src/client/index.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const USERS = 'class User implements Namespace {}\n';
const FIRST = `${USERS}class Doc implements Namespace { related: { owner: User[]\n viewer: User[] } }`;
const SECOND = `${USERS}class Doc implements Namespace {
  related: { owner: User[] }
  permits = { view: (ctx: Context): boolean => this.related.owner.includes(ctx.subject) }
}`;

describe('client.model', () => {
  let server: ServerInProcess;
  let client: SthenoClient;
  before(async () => {
    server = await startServer({ namespaces: undefined });
    client = new SthenoClient({
      readUrl: `http://${server.readAddress}`,
      writeUrl: `http://${server.writeAddress}`,
      retry: { maxAttempts: 1 },
    });
  });
  after(async () => {
    client.close();
    await server[Symbol.asyncDispose]();
  });

  it('writes a version, which tuples can be written by at once', async () => {
    const session = client.session();
    const written = await session.model.write(FIRST, { author: 'ann', message: 'begin', expectedModelId: '0' });
    assert.deepEqual([written.modelId, written.previousModelId, written.warnings], ['1', '0', []]);
    assert.equal(session.snaptoken, written.snaptoken);
    assert.deepEqual(written.changes[1], {
      what: 'relation',
      how: 'added',
      namespace: 'Doc',
      relation: 'owner',
      before: undefined,
      after: 'User[]',
    });
    await client.write([{ insert: 'Doc:x#viewer@ann' }]);
  });

  it('answers a write that is sent again as the first time', async () => {
    const again = await client.model.write(FIRST, { expectedModelId: '0' });
    assert.equal(again.modelId, '1');
  });

  it('compares with files, and tells the tuples that lose something', async () => {
    const { toModelId, changes, orphans, orphanCount } = await client.model.diff({ to: { files: SECOND } });
    assert.equal(toModelId, undefined);
    assert.deepEqual(
      changes.map(({ what, how, relation }) => `${what} ${relation} ${how}`),
      ['permit view added', 'relation viewer removed'],
    );
    assert.equal(orphanCount, 1);
    assert.deepEqual(orphans, [
      {
        namespace: 'Doc',
        relation: 'viewer',
        inSubject: false,
        count: 1,
        examples: [{ namespace: 'Doc', object: 'x', relation: 'viewer', subject: { kind: 'id', id: 'ann' } }],
      },
    ]);
  });

  it('refuses to orphan tuples unless it is forced to', async () => {
    await assert.rejects(client.model.write(SECOND), { code: 'failed_precondition' });
    const { modelId, orphanCount } = await client.model.write(SECOND, { force: true });
    assert.deepEqual([modelId, orphanCount], ['2', 1]);
  });

  it('reads and lists versions', async () => {
    const { modelId, author, message, writtenAt, files } = await client.model.read('1');
    assert.deepEqual([modelId, author, message], ['1', 'ann', 'begin']);
    assert.ok(writtenAt instanceof Date);
    assert.deepEqual(files, [{ name: 'model.ts', content: FIRST }]);
    assert.equal((await client.model.read()).modelId, '2');
    const listed: string[] = [];
    for await (const version of client.model.list({ pageSize: 1 })) listed.push(version.modelId);
    assert.deepEqual(listed, ['2', '1']);
  });

  it('tells what is wrong with its place', async () => {
    const files = [{ name: 'a.ts', content: 'class A implements Namespace { related: { b: B[] } }' }];
    const { valid, diagnostics } = await client.model.validate(files);
    assert.equal(valid, false);
    assert.deepEqual(diagnostics, [
      {
        severity: 'error',
        message: 'namespace "B" was not declared',
        file: 'a.ts',
        start: { line: 1, column: 45 },
        end: { line: 1, column: 46 },
      },
    ]);
  });
});
