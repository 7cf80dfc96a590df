import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { TemporaryFolder } from '../config/temporary-folder.ts';
import { eventually } from '../opl/support/eventually.ts';
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

it('logs each error of a newer version once', async () => {
  using folder = new TemporaryFolder({ 'model.ts': 'class User implements Namespace {}' });
  await using running = await startServer({ namespaces: { location: `file://${folder.file('model.ts')}` } });
  folder.write('model.ts', 'class A implements Namespace { related: { b: B[]\n c: C[] } }');
  const errors = () =>
    running.logged.filter(({ level }) => level === 'error').map(({ msg, line, column }) => [msg, line, column]);
  await eventually(
    [
      ['the namespaces have errors: model.ts:1:46: namespace "B" was not declared (and 1 more)', 1, 46],
      ['namespace "C" was not declared', 2, 5],
    ],
    errors,
  );
});

it('logs each attempt to fetch a model at the start, without secrets', async () => {
  let requests = 0;
  const models = createServer((_, response) => {
    requests++;
    if (requests === 1) response.writeHead(503).end();
    else response.end('class User implements Namespace { related: { a: User[] } }');
  }).listen(0, '127.0.0.1');
  await once(models, 'listening');
  const host = `127.0.0.1:${(models.address() as AddressInfo).port}`; // it listens on TCP
  try {
    const location = `http://me:secret@${host}/model.ts?token=secret`;
    await using running = await startServer({ namespaces: { location } });
    assert.deepEqual(
      running.logged.filter(({ level }) => level === 'warn').map(({ msg, retry_ms }) => [msg, retry_ms]),
      [
        [
          `expected http response status code 200 but got 503 when fetching: http://${host}/model.ts, trying again`,
          1000,
        ],
      ],
    );
    assert.doesNotMatch(JSON.stringify(running.logged), /secret/);
  } finally {
    models.close();
  }
});
