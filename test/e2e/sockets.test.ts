import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import { CheckRequestSchema, CheckResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ListenError } from '../../src/server/listen-error.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

describe('a listener on a Unix socket', () => {
  let dir: string;
  let path: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'stheno-socket-'));
    path = join(dir, 'read.sock');
  });
  after(() => rmSync(dir, { recursive: true }));
  const start = (socket = path): Promise<ServerInProcess> => startServer({ serve: { read: { socket } } });

  it('speaks HTTP and gRPC, and goes when the server stops', async () => {
    const running = await start();
    try {
      assert.equal(running.readAddress, path);
      assert.equal(await status(path), 200);
      assert.equal(await isAllowed(path), false);
    } finally {
      await running.server.stop();
    }
    assert.equal(existsSync(path), false);
  });

  it('takes the place of one whose process was killed', async () => {
    await leaveSocketBehind(path);
    assert.ok(statSync(path).isSocket());
    await using _running = await start();
    assert.equal(await status(path), 200);
  });

  it('leaves one alone on which somebody listens', async () => {
    await using _running = await start();
    await assert.rejects(start(), isListenError(/already in use/));
    assert.equal(await status(path), 200);
  });

  it('leaves a file alone that is no socket', async () => {
    const file = join(dir, 'precious');
    writeFileSync(file, 'text');
    await assert.rejects(start(file), isListenError(/already in use/));
    assert.equal(statSync(file).size, 4);
  });

  it('needs a folder', async () => {
    await assert.rejects(start(join(dir, 'nowhere', 'read.sock')), isListenError(/no such directory/));
  });

  it('needs a path that fits into an address', async () => {
    await assert.rejects(start(join(dir, 'x'.repeat(120))), isListenError(/too long/));
  });

  it('is shared by listeners with the same path', async () => {
    await using _running = await startServer({ serve: { read: { socket: path }, opl: { socket: path } } });
    assert.equal(await status(path), 200);
    assert.equal(await status(path, '/opl/syntax/check'), 405);
  });
});

function isListenError(text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ListenError && text.test(error.message);
}

function status(socketPath: string, path = '/health/alive'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });
}

/** Asks with gRPC's own client whether somebody is a member of an empty group. */
function isAllowed(socketPath: string): Promise<boolean | undefined> {
  const client = new Client(`unix:${socketPath}`, credentials.createInsecure());
  const subject = { ref: { case: 'id', value: 'ann' } } as const;
  const question = create(CheckRequestSchema, {
    tuple: { namespace: 'groups', object: 'empty', relation: 'member', subject },
  });
  return new Promise<boolean | undefined>((resolve, reject) => {
    client.makeUnaryRequest(
      '/ory.keto.relation_tuples.v1alpha2.CheckService/Check',
      (message: typeof question) => Buffer.from(toBinary(CheckRequestSchema, message)),
      (bytes) => fromBinary(CheckResponseSchema, bytes),
      question,
      (error, answer) => (error === null ? resolve(answer?.allowed) : reject(error)),
    );
  }).finally(() => client.close());
}

/** Listens in a process of its own, and kills it. */
async function leaveSocketBehind(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listening'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}
