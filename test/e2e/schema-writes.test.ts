import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { RelationTupleSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  RelationTupleDelta_Action as Action,
  WriteService,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { TupleService } from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as ChangeAction } from '#gen/stheno/v1/watch_service_pb.js';
import { validateConfig } from '../../src/config/load-config.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const MODEL = `class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}`;
const namespaces = { location: `base64://${Buffer.from(MODEL).toString('base64')}` };

const allowed = { ...doc('viewers'), subject_id: 'ann' };
const undeclared = { ...doc('viewer'), subject_id: 'ann' };
const UNDECLARED = 'relation "viewer" is not declared in namespace "Doc": expected "viewers"';

/** Every way to write tuples; each has what is allowed first, but for the one that takes one tuple only. */
const WAYS: Readonly<Record<string, (server: ServerInProcess) => Promise<string>>> = {
  'PUT of a tuple': (server) => send(server, 'PUT', '/admin/relation-tuples', undeclared),
  PATCH: (server) => send(server, 'PATCH', '/admin/relation-tuples', deltas(allowed, undeclared)),
  'POST …/transact': (server) =>
    send(server, 'POST', '/admin/relation-tuples/transact', { changes: deltas(allowed, undeclared) }),
  'gRPC TransactRelationTuples': (server) => failure(transact(createGrpcTransport(to(server)))),
  'Connect TransactRelationTuples': (server) =>
    failure(transact(createConnectTransport({ ...to(server), httpVersion: '1.1' }))),
  'gRPC Write': (server) => failure(createClient(TupleService, createGrpcTransport(to(server))).write({ changes })),
  'gRPC Import': (server) =>
    failure(createClient(TupleService, createGrpcTransport(to(server))).import(stream({ changes }))),
};

describe('writes that are held against the model', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({ namespaces, schema: { writes: 'enforce' } });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const [way, write] of Object.entries(WAYS)) {
    it(`are refused with the place and what would be allowed: ${way}`, async () => {
      const message = await write(server);
      if (way === 'PUT of a tuple') assert.equal(message, `the model does not allow this: ${UNDECLARED}`);
      else assert.ok(message.includes(`[1]: ${UNDECLARED}`), message);
      assert.equal(await countOf(server), 0);
    });
  }

  for (const { name, tuple, message } of [
    {
      name: 'a permit',
      tuple: { ...doc('view'), subject_id: 'ann' },
      message: /"view" is a permit of namespace "Doc"/,
    },
    {
      name: 'a subject set of another relation',
      tuple: { ...doc('viewers'), subject_set: { namespace: 'Group', object: 'g', relation: 'admins' } },
      message: /"Group#admins" are not allowed: expected "User" or "Group#members"/,
    },
  ]) {
    it(`refuse ${name}`, async () => {
      assert.match(await send(server, 'PATCH', '/admin/relation-tuples', deltas(tuple)), message);
    });
  }

  it('take what the model allows, and let anything be deleted', async () => {
    const set = { namespace: 'Group', object: 'g', relation: 'members' };
    const fine = [allowed, { ...doc('viewers'), subject_set: set }];
    assert.equal(await send(server, 'PATCH', '/admin/relation-tuples', deltas(...fine)), '');
    const removed = [{ action: 'delete', relation_tuple: undeclared }];
    assert.equal(await send(server, 'PATCH', '/admin/relation-tuples', removed), '');
  });

  it('tell programs the reason', async () => {
    const error = await transact(createGrpcTransport(to(server))).then(
      () => assert.fail('it was written'),
      (thrown: unknown) => ConnectError.from(thrown),
    );
    assert.equal(error.code, Code.InvalidArgument);
    const [info] = error.findDetails(ErrorInfoSchema);
    assert.equal(info?.reason, 'SCHEMA_VIOLATION');
    assert.deepEqual({ ...info?.metadata }, { index: '1', place: 'relation', violations: '1' });
  });

  it('tell programs the reason in imports, beside that they are not complete', async () => {
    const client = createClient(TupleService, createGrpcTransport(to(server)));
    const error = await client.import(stream({ changes })).then(
      () => assert.fail('it was written'),
      (thrown: unknown) => ConnectError.from(thrown),
    );
    const [info] = error.findDetails(ErrorInfoSchema);
    assert.deepEqual([info?.reason, info?.metadata.cause], ['IMPORT_INCOMPLETE', 'SCHEMA_VIOLATION']);
  });
});

describe('a change of schema.writes', () => {
  it('is in force without a restart: off, warn, enforce', async () => {
    await using server = await startServer({ namespaces });
    const write = () => fetch(...requestOf(server, 'PATCH', '/admin/relation-tuples', deltas(undeclared)));
    const use = (writes: string) =>
      server.server.reconfigure(validateConfig({ dsn: 'memory', namespaces, schema: { writes } }));
    const warnings = () => server.logged.filter(({ msg }) => String(msg).includes(UNDECLARED)).length;

    const off = await write();
    assert.deepEqual([off.status, off.headers.get('stheno-schema-violations')], [204, null]);
    await use('warn');
    const warned = await write();
    assert.deepEqual([warned.status, warned.headers.get('stheno-schema-violations')], [204, '1']);
    assert.equal(warnings(), 1);
    await use('enforce');
    assert.equal((await write()).status, 400);
    assert.match(await server.metrics(), /^stheno_schema_violations_total 2$/m);
  });
});

const changes = [allowed, undeclared].map(({ subject_id: value, ...parts }) => ({
  action: ChangeAction.INSERT,
  tuple: create(RelationTupleSchema, { ...parts, subject: { ref: { case: 'id', value } } }),
}));

function transact(transport: ReturnType<typeof createGrpcTransport>) {
  return createClient(WriteService, transport).transactRelationTuples({
    relationTupleDeltas: changes.map(({ tuple }) => ({ action: Action.INSERT, relationTuple: tuple })),
  });
}

async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => assert.fail('it was written'),
    (error: unknown) => ConnectError.from(error).rawMessage,
  );
}

async function* stream<T>(message: T) {
  yield message;
}

function to(server: ServerInProcess) {
  return { baseUrl: `http://${server.writeAddress}` };
}

function requestOf(server: ServerInProcess, method: string, path: string, body: unknown): [string, RequestInit] {
  return [`http://${server.writeAddress}${path}`, { method, body: JSON.stringify(body) }];
}

/** The message of the error; empty when there is none. */
async function send(server: ServerInProcess, method: string, path: string, body: unknown): Promise<string> {
  const response = await fetch(...requestOf(server, method, path, body));
  const text = await response.text();
  return response.ok ? '' : (JSON.parse(text) as { error: { message: string } }).error.message;
}

async function countOf(server: ServerInProcess): Promise<number> {
  const response = await fetch(`http://${server.readAddress}/relation-tuples`);
  return ((await response.json()) as { relation_tuples: unknown[] }).relation_tuples.length;
}

function deltas(...tuples: object[]) {
  return tuples.map((relation_tuple) => ({ action: 'insert', relation_tuple }));
}

function doc(relation: string) {
  return { namespace: 'Doc', object: 'x', relation };
}
