import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { callProgram } from '../cli/support/call-program.ts';
import { openClient } from '../client/support/open-client.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const page = readFileSync(new URL('../../docs/beyond-keto.md', import.meta.url), 'utf8');
const section = /^## Lists\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
const lines = section.split('\n');

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}`;

const PRINTED: Readonly<Record<string, RegExp>> = {
  'stheno list objects': /^OBJECT\s+\nnotes\s+\nreadme\s+\n/,
  'stheno list subjects': /^ann\nbob\n$/,
  'stheno list permissions': /^RELATION\s*\nview\s*\nviewers\s*\n/,
};
const ANSWERED: Readonly<Record<string, object>> = {
  'list-objects': { objects: ['notes', 'readme'] },
  'list-subjects': {
    subjects: [
      { subject_id: 'ann' },
      { subject_id: 'bob' },
      { subject_set: { namespace: 'Group', object: 'eng', relation: 'members' } },
    ],
  },
  'list-permissions': { relations: ['view', 'viewers'] },
};

describe('the examples of lists', () => {
  let server: ReplayServer;
  before(async () => {
    server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
    const client = openClient(server);
    await client.write([
      { insert: 'Doc:readme#viewers@ann' },
      { insert: 'Doc:notes#viewers@ann' },
      { insert: 'Doc:readme#viewers@(Group:eng#members)' },
      { insert: 'Group:eng#members@bob' },
    ]);
    client.close();
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [start, printed] of Object.entries(PRINTED)) {
    it(`print what they say: ${start}`, async () => {
      const line = lines.find((one) => one.startsWith(start)) ?? '';
      const env = { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` };
      const { exit, stdout } = await callProgram(line.split(' ').slice(1), { env });
      assert.equal(exit, 0);
      assert.match(stdout, printed);
    });
  }

  for (const [route, answered] of Object.entries(ANSWERED)) {
    it(`are answered over REST: ${route}`, async () => {
      const line = lines.find((one) => one.startsWith('curl') && one.includes(route)) ?? '';
      const [, url = ''] = /'(http:[^']*)'/.exec(line) ?? [];
      const response = await fetch(url.replace(':4466', `:${server.port('read')}`));
      const body = (await response.json()) as object; // an object, whatever the status
      assert.deepEqual({ ...body, ...answered }, body);
    });
  }
});
