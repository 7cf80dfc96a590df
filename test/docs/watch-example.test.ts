import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { callProgram } from '../cli/support/call-program.ts';
import { EventReader } from '../e2e/support/event-reader.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const page = readFileSync(new URL('../../docs/beyond-keto.md', import.meta.url), 'utf8');
const section = /^## Watch\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)?.[1] ?? '';
const lineOf = (start: string): string => section.split('\n').find((line) => line.startsWith(start)) ?? '';
/** The events that the guide shows. */
const shown = [...section.matchAll(/^event: (\w+)\nid: \S+\ndata: (.*)$/gm)].map(([, name, data = '']) => ({
  name,
  data: JSON.parse(data) as Record<string, unknown>,
}));

describe('the example of watching', () => {
  it('shows the events as they come over REST', async () => {
    await using server = await start();
    const [, url = ''] = /'(http:[^']*)'/.exec(lineOf('curl')) ?? [];
    await using events = new EventReader(await fetch(url.replace('127.0.0.1:4466', server.readAddress)));
    await insertShown(server);
    for (const { name, data } of shown) {
      const told = await events.next();
      assert.equal(told.name, name);
      assert.deepEqual(Object.keys(told.data), Object.keys(data));
      assert.deepEqual(told.data.changes, data.changes);
    }
    assert.equal(shown.length, 2);
  });

  it('is printed by the command', async () => {
    await using server = await start();
    const words = lineOf('stheno watch').split(' ').slice(1);
    // So that it ends with the server.
    const printed = callProgram([...words, '--once'], { env: { KETO_READ_REMOTE: server.readAddress } });
    await eventually(async () => (await server.metrics()).includes('\nstheno_watches 1\n'));
    await insertShown(server);
    await server.server.stop();
    const { exit, stdout, stderr } = await printed;
    assert.match(stdout, /^\S+Z \+ files:report#owner@ann\n$/);
    assert.deepEqual(
      [exit, stderr],
      [255, 'Could not make request: rpc error: code = Unavailable desc = the server is shutting down\n'],
    );
  });
});

function start(): Promise<ServerInProcess> {
  return startServer({ namespaces: [{ name: 'files' }] });
}

/** What the guide shows as it is told. */
async function insertShown(server: ServerInProcess): Promise<void> {
  const body = JSON.stringify(shown.find(({ name }) => name === 'tuples')?.data.changes);
  const response = await fetch(`http://${server.writeAddress}/admin/relation-tuples`, { method: 'PATCH', body });
  assert.equal(response.status, 204);
}
