import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startServer } from '../support/server-in-process.ts';

it('logs the place of a warning as editors count it', async () => {
  const model = 'class User implements Namespace {}\n  class Lonely implements Namespace {}';
  const location = `base64://${Buffer.from(model).toString('base64')}`;
  await using running = await startServer({ namespaces: { location } });
  const places = running.logged.filter(({ level }) => level === 'warn').map(({ line, column }) => [line, column]);
  assert.deepEqual(places, [
    [1, 7],
    [2, 9],
  ]);
});
