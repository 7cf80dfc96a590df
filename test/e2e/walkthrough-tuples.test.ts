import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { credentials, Client as GrpcClient } from '@grpc/grpc-js';
import {
  CheckRequestSchema,
  type CheckResponse,
  CheckResponseSchema,
  CheckService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { type BuiltProgram, buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';
import { decodeFrames, encodeFrame } from '../support/replay/grpc-frames.ts';
import { runProgramFile } from '../support/run-program.ts';
import { SthenoProcess } from '../support/stheno-process.ts';

const CHECK_PATH = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';
const NAMESPACES = [
  { id: 0, name: 'resources' },
  { id: 1, name: 'groups' },
];
const DELTAS = [
  {
    action: 'insert',
    relation_tuple: { namespace: 'groups', object: 'group1', relation: 'member', subject_id: 'user1' },
  },
  {
    action: 'insert',
    relation_tuple: {
      namespace: 'resources',
      object: 'file1',
      relation: 'owner',
      subject_set: { namespace: 'groups', object: 'group1', relation: 'member' },
    },
  },
];

/** Every way to ask, as a client of its own kind does. */
const ASK: Readonly<Record<string, (server: SthenoProcess, user: string) => Promise<boolean>>> = {
  'REST on the read port': (server, user) => askRest(server.url('read'), user),
  'REST on the write port': (server, user) => askRest(server.url('write'), user),
  'gRPC with grpc-js': (server, user) => askGrpc(server.address('read'), user),
  'Connect over HTTP/1.1': (server, user) => askConnect(server.url('read'), '1.1', user),
  'Connect over HTTP/2': (server, user) => askConnect(server.url('read'), '2', user),
  'gRPC-Web': (server, user) => askGrpcWeb(server.url('read'), user),
  'the command line': askCli,
};

describe('walk-through: relation tuples with plain namespaces', () => {
  let program: BuiltProgram;
  before(async () => {
    program = await buildProgram();
  });
  after(() => program[Symbol.dispose]());

  for (const kind of testDatabases()) {
    it(`is answered alike on every protocol over ${kind.name}`, async () => {
      await using database = await kind.create();
      const { mainFile } = program;
      if (database.dsn !== 'memory') await migrate(mainFile, database.dsn);
      await using server = await SthenoProcess.start({
        mainFile,
        dsn: database.dsn,
        config: { namespaces: NAMESPACES },
      });

      await send(server, 'PATCH');
      await send(server, 'PUT');
      for (const [way, ask] of Object.entries(ASK)) {
        assert.equal(await ask(server, 'user1'), true, `${way}: user1`);
        assert.equal(await ask(server, 'user2'), false, `${way}: user2`);
      }
    });
  }
});

async function migrate(mainFile: string, dsn: string): Promise<void> {
  const { exit, stderr } = await runProgramFile(mainFile, {
    args: ['migrate', 'up', '--yes', '-c', ''],
    cwd: '/',
    env: { DSN: dsn },
  });
  assert.equal(exit, 0, stderr);
}

async function send(server: SthenoProcess, method: 'PATCH' | 'PUT'): Promise<void> {
  const response = await fetch(`${server.url('write')}/admin/relation-tuples`, {
    method,
    body: JSON.stringify(DELTAS),
  });
  assert.equal(response.status, 204, method);
  assert.equal(await response.text(), '');
}

async function askRest(base: string, user: string): Promise<boolean> {
  const response = await fetch(`${base}/relation-tuples/check`, {
    method: 'POST',
    body: JSON.stringify({ namespace: 'resources', object: 'file1', relation: 'owner', subject_id: user }),
  });
  const { allowed } = (await response.json()) as { allowed: boolean };
  assert.equal(response.status, allowed ? 200 : 403);
  return allowed;
}

function questionOf(user: string) {
  const subject = { ref: { case: 'id' as const, value: user } };
  return create(CheckRequestSchema, { tuple: { namespace: 'resources', object: 'file1', relation: 'owner', subject } });
}

async function askGrpc(address: string, user: string): Promise<boolean> {
  const client = new GrpcClient(address, credentials.createInsecure());
  try {
    const { allowed } = await new Promise<CheckResponse>((resolve, reject) => {
      client.makeUnaryRequest(
        CHECK_PATH,
        (request) => Buffer.from(toBinary(CheckRequestSchema, request)),
        (bytes) => fromBinary(CheckResponseSchema, bytes),
        questionOf(user),
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
      );
    });
    return allowed;
  } finally {
    client.close();
  }
}

async function askConnect(baseUrl: string, httpVersion: '1.1' | '2', user: string): Promise<boolean> {
  const client = createClient(CheckService, createConnectTransport({ baseUrl, httpVersion }));
  return (await client.check(questionOf(user))).allowed;
}

async function askGrpcWeb(base: string, user: string): Promise<boolean> {
  const response = await fetch(`${base}${CHECK_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
    body: encodeFrame(toBinary(CheckRequestSchema, questionOf(user))),
  });
  const [message, trailers] = decodeFrames(Buffer.from(await response.arrayBuffer()));
  assert.match(trailers?.payload.toString() ?? '', /grpc-status: 0/i);
  return fromBinary(CheckResponseSchema, message?.payload ?? Buffer.alloc(0)).allowed;
}

async function askCli(server: SthenoProcess, user: string): Promise<boolean> {
  const { exit, stdout, stderr } = await server.cli('check', user, 'owner', 'resources:file1');
  assert.equal(exit, 0, stderr);
  assert.match(stdout, /^(Allowed|Denied)\n$/);
  return stdout === 'Allowed\n';
}
