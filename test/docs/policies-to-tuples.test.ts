import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { preparePolicies } from '../support/replay/policy-store.ts';
import { prepareStore } from '../support/replay/prepare-store.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const page = readFileSync(new URL('../../docs/policies-to-tuples.md', import.meta.url), 'utf8');
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``).exec(page)?.[1] ?? '';
const questions = [...page.matchAll(/^\| (\w+) \| (read|edit) \| (yes|no) \|$/gm)].map(
  ([, subject = '', action = '', answer]) => ({ subject, action, status: answer === 'yes' ? 200 : 403 }),
);

describe('the example of docs/policies-to-tuples.md', () => {
  let server: ReplayServer;
  before(async () => {
    server = await ReplayServer.start({
      files: { 'model.ts': block('ts') },
      config: { serve: { read: { policy_writes: true } } },
    });
    await preparePolicies(server.port('read'), { glob: JSON.parse(block('json')) });
    await prepareStore(server, block('text').trim().split('\n'));
  });
  after(() => server[Symbol.asyncDispose]());

  const statusOf = async (path: string, options: RequestInit = {}): Promise<number> =>
    (await fetch(`http://127.0.0.1:${server.port('read')}${path}`, options)).status;

  it('asks something', () => assert.ok(questions.length > 5));

  for (const { subject, action, status } of questions) {
    it(`says ${status} to ${subject} for ${action}, as policies and as tuples`, async () => {
      const body = JSON.stringify({ subject, resource: 'docs:report', action });
      assert.equal(await statusOf('/engines/acp/ory/glob/allowed', { method: 'POST', body }), status);
      const query = `namespace=Document&object=report&relation=${action}&subject_id=${subject}`;
      assert.equal(await statusOf(`/relation-tuples/check?${query}`), status);
    });
  }
});
