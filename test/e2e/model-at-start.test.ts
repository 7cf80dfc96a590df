import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

const MAX_END_MS = 5000;

describe('a model that a web server has, when the process starts', () => {
  let program: BuiltProgram;
  let models: Server;
  let location: string;
  let answers: ((response: ServerResponse) => void)[];
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());
  beforeEach(async () => {
    models = createServer((_, response) => answers.shift()?.(response)).listen(0, '127.0.0.1');
    await once(models, 'listening');
    location = `http://127.0.0.1:${(models.address() as AddressInfo).port}/model.ts`; // it listens on TCP
  });
  afterEach(() => {
    models.closeAllConnections();
    models.close();
  });

  it('is asked for again when the server stumbles', async () => {
    answers = [
      (response) => response.writeHead(503).end(),
      (response) => response.end('class groups implements Namespace {}'),
    ];
    await using server = await SthenoProcess.start({
      mainFile: program.mainFile,
      dsn: 'memory',
      config: { namespaces: { location } },
    });
    const response = await fetch(`${server.url('read')}/namespaces`);
    assert.deepEqual(await response.json(), { namespaces: [{ name: 'groups' }] });
  });

  for (const [what, answer] of [
    ['the next attempt', (response: ServerResponse) => response.writeHead(503).end()],
    ['the answer', () => {}],
  ] as const) {
    it(`ends the wait for ${what} on SIGTERM`, async () => {
      const asked = new Promise<void>((resolve) => {
        answers = [
          (response) => {
            answer(response);
            resolve();
          },
        ];
      });
      const env = { PATH: process.env.PATH, DSN: 'memory', NAMESPACES_LOCATION: location };
      const child = spawn(process.execPath, [program.mainFile, 'serve', '-c', ''], { env, stdio: 'ignore' });
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(MAX_END_MS) });
      try {
        await asked;
        child.kill('SIGTERM');
        assert.deepEqual(await ended, [0, null]);
      } finally {
        child.kill('SIGKILL');
      }
    });
  }
});
