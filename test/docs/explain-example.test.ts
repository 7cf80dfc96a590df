import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { callProgram } from '../cli/support/call-program.ts';
import { openClient } from '../client/support/open-client.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const page = readFileSync(new URL('../../docs/beyond-keto.md', import.meta.url), 'utf8');
const section = /^## Explain\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
const lineOf = (start: string): string => section.split('\n').find((line) => line.startsWith(start)) ?? '';
const [, tree = ''] = /^```\n(Allowed\n[^`]*)^```$/m.exec(section) ?? [];

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Folder implements Namespace {
  related: { viewers: SubjectSet<Group, "members">[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}
class Doc implements Namespace {
  related: { parents: Folder[], banned: User[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.parents.traverse((p) => p.permits.view(ctx)) && !this.related.banned.includes(ctx.subject),
  }
}`;

describe('the example of an explanation', () => {
  let server: ReplayServer;
  before(async () => {
    server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
    const client = openClient(server);
    await client.write([
      { insert: 'Doc:readme#parents@Folder:plans' },
      { insert: 'Folder:plans#viewers@(Group:eng#members)' },
      { insert: 'Group:eng#members@ann' },
    ]);
    client.close();
  });
  after(() => server[Symbol.asyncDispose]());

  it('is printed as it is shown', async () => {
    const words = lineOf('stheno explain').split(' ').slice(1);
    const env = { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` };
    const { exit, stdout } = await callProgram(words, { env });
    assert.deepEqual([exit, stdout], [0, tree]);
  });

  it('is answered over REST', async () => {
    const [, url = ''] = /'(http:[^']*)'/.exec(lineOf('curl')) ?? [];
    const response = await fetch(url.replace(':4466', `:${server.port('read')}`));
    assert.equal(((await response.json()) as { membership?: string }).membership, 'member');
  });
});
