import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { callProgram } from '../cli/support/call-program.ts';
import { openClient } from '../client/support/open-client.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const page = readFileSync(new URL('../../docs/beyond-keto.md', import.meta.url), 'utf8');
const sectionOf = (title: string): string =>
  new RegExp(`^## ${title}\n([\\s\\S]*?)(?=^## )`, 'm').exec(page)?.[1] ?? '';
const writes = sectionOf('Writes');
const bulk = sectionOf('Import and export');

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { owners: User[], viewers: (User | SubjectSet<Group, "members">)[] }
}`;

describe('the examples of writes, import and export', () => {
  let server: ReplayServer;
  let folder: string;
  before(async () => {
    server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
    folder = mkdtempSync(path.join(tmpdir(), 'stheno-docs-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await server[Symbol.asyncDispose]();
  });

  const local = (url: string): string =>
    url.replace(':4466', `:${server.port('read')}`).replace(':4467', `:${server.port('write')}`);
  const run = (line: string) => {
    const env = {
      KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}`,
      KETO_WRITE_REMOTE: `127.0.0.1:${server.port('write')}`,
    };
    const words = line.split(' ').slice(1);
    return callProgram(
      words.map((word) => (word.startsWith('tuples.') ? path.join(folder, word) : word)),
      { env },
    );
  };

  it('transact under conditions, once', async () => {
    const [, url = '', body = ''] = /curl '([^']*transact)' -d '(\{[\s\S]*?\n\})'/.exec(writes) ?? [];
    const answers: unknown[] = [];
    for (let times = 0; times < 2; times++) {
      const response = await fetch(local(url), { method: 'POST', body });
      assert.equal(response.status, 200);
      answers.push(await response.json());
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.deepEqual((answers[0] as { effective: number[] }).effective, [0]);
  });

  it('import the lines that they show', async () => {
    const [, lines = ''] = /```\n(\{"namespace"[\s\S]*?)```/.exec(bulk) ?? [];
    const response = await fetch(local('http://127.0.0.1:4467/admin/relation-tuples/import'), {
      method: 'POST',
      body: lines,
    });
    const { inserted, received } = (await response.json()) as { inserted: number; received: number };
    assert.deepEqual([inserted, received], [1, 3]);
  });

  it('export and import on the command line', async () => {
    for (const line of bulk.split('\n').filter((one) => one.startsWith('stheno '))) {
      const { exit, stderr } = await run(line);
      assert.equal(exit, 0, stderr);
    }
    const exported = gunzipSync(readFileSync(path.join(folder, 'tuples.jsonl.gz'))).toString();
    assert.equal(exported.trimEnd().split('\n').length, 2);
    writeFileSync(path.join(folder, 'tuples.jsonl'), exported);
  });

  it('count and export over REST', async () => {
    const urls = [...bulk.matchAll(/'(http:\/\/127\.0\.0\.1:4466[^']*)'/g)].map(([, url = '']) => local(url));
    assert.equal(urls.length, 2);
    const [exported = '', counted = ''] = await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
    assert.equal(exported.trimEnd().split('\n').length, 2);
    assert.equal((JSON.parse(counted) as { count: number }).count, 2);
  });

  it('use what the SDK has', async () => {
    const client = openClient(server);
    for (const [, method = ''] of `${writes}${bulk}`.matchAll(/client\.(\w+)\(/g)) {
      assert.equal(typeof client[method as keyof typeof client], 'function', method);
    }
    client.close();
  });
});
