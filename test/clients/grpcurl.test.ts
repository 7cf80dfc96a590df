import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.ts';
import type { ReplayServer } from '../support/replay/replay-server.ts';
import type { PortName } from '../support/replay/suite.ts';
import { installForeignClient } from './support/foreign-client.ts';
import { startPhotoWorld } from './support/photo-world.ts';
import { POLICY_CALLS, POLICY_SERVICE } from './support/policy-calls.ts';
import { TUPLE_CALLS } from './support/tuple-calls.ts';

const MODULE = 'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4';

const client = await installForeignClient('grpcurl', async (folder, run) => {
  await run('go', ['install', MODULE], { GOBIN: folder });
});

const TUPLES = 'ory.keto.relation_tuples.v1alpha2';
const STANDARD = [
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];
const READ = ['ReadService', 'CheckService', 'ExpandService', 'NamespacesService', 'VersionService'].map(
  (name) => `${TUPLES}.${name}`,
);
const WATCH = 'stheno.v1.WatchService';
const EXPLAIN = 'stheno.v1.ExplainService';
const LOOKUP = 'stheno.v1.LookupService';
const TUPLE_READ = 'stheno.v1.TupleReadService';
const MODEL_READ = 'stheno.v1.ModelReadService';
const MODEL = 'stheno.v1.ModelService';
const OPL = ['ory.keto.opl.v1alpha1.SyntaxService', `${TUPLES}.VersionService`];
const SERVICES: readonly { port: PortName; services: readonly string[] }[] = [
  { port: 'read', services: [...READ, TUPLE_READ, MODEL_READ, WATCH, EXPLAIN, LOOKUP, POLICY_SERVICE] },
  {
    port: 'write',
    services: [
      `${TUPLES}.WriteService`,
      'stheno.v1.TupleService',
      MODEL,
      ...READ,
      TUPLE_READ,
      MODEL_READ,
      WATCH,
      EXPLAIN,
      LOOKUP,
      POLICY_SERVICE,
    ],
  },
  { port: 'opl', services: OPL },
];

const question = { namespace: 'Photo', object: 'beach', relation: 'view', subject: { id: 'maria' } };
const family = { namespace: 'Group', object: 'family', relation: 'members' };
const carla = { ...family, subject: { id: 'carla' } };

/** A call of every method. Of the answer only what the expectation names is compared. */
const CALLS: readonly { port: PortName; method: string; request: object; answer: object }[] = [
  {
    port: 'read',
    method: `${TUPLES}.CheckService/Check`,
    request: { tuple: question },
    answer: { allowed: true },
  },
  {
    port: 'read',
    method: `${TUPLES}.CheckService/BatchCheck`,
    request: { tuples: [question] },
    answer: { results: [{ allowed: true }] },
  },
  {
    port: 'read',
    method: `${TUPLES}.ExpandService/Expand`,
    request: { subject: { set: family } },
    answer: { tree: { nodeType: 'NODE_TYPE_UNION', children: [{ tuple: { subject: { id: 'maria' } } }] } },
  },
  {
    port: 'read',
    method: `${TUPLES}.ReadService/ListRelationTuples`,
    request: { relation_query: { namespace: 'Group' } },
    answer: { relationTuples: [{ ...family, subject: { id: 'maria' } }] },
  },
  {
    port: 'read',
    method: `${TUPLES}.NamespacesService/ListNamespaces`,
    request: {},
    answer: { namespaces: [{ name: 'Album' }, { name: 'Group' }, { name: 'Photo' }, { name: 'User' }] },
  },
  {
    port: 'read',
    method: `${EXPLAIN}/Explain`,
    request: { tuple: question },
    answer: { membership: 'MEMBERSHIP_MEMBER', root: { kind: 'KIND_CHECK' } },
  },
  {
    port: 'read',
    method: `${LOOKUP}/ListObjects`,
    request: { namespace: 'Photo', relation: 'view', subject: { id: 'maria' } },
    answer: { objects: ['beach'] },
  },
  {
    port: 'read',
    method: `${LOOKUP}/StreamObjects`,
    request: { namespace: 'Photo', relation: 'view', subject: { id: 'maria' } },
    answer: { objects: ['beach'] },
  },
  {
    port: 'read',
    method: `${LOOKUP}/ListSubjects`,
    request: { ...family, filter: { kind: 'KIND_ID' } },
    answer: { subjects: [{ id: 'maria' }] },
  },
  {
    port: 'read',
    method: `${LOOKUP}/StreamSubjects`,
    request: family,
    answer: { subjects: [{ id: 'maria' }] },
  },
  {
    port: 'read',
    method: `${LOOKUP}/ListPermissions`,
    request: { namespace: 'Photo', object: 'beach', subject: { id: 'maria' }, relations: ['view'] },
    answer: { relations: ['view'] },
  },
  { port: 'read', method: `${TUPLES}.VersionService/GetVersion`, request: {}, answer: {} },
  { port: 'read', method: `${MODEL_READ}/ReadModel`, request: {}, answer: { files: [{ name: 'photos.ts' }] } },
  { port: 'read', method: `${MODEL_READ}/ListModels`, request: {}, answer: {} },
  { port: 'read', method: `${MODEL_READ}/DiffModels`, request: { to_files: [{ content: '' }] }, answer: {} },
  {
    port: 'write',
    method: `${MODEL}/ValidateModel`,
    request: { files: [{ content: 'class' }] },
    answer: { diagnostics: [{ severity: 'SEVERITY_ERROR' }] },
  },
  {
    port: 'write',
    method: `${TUPLES}.WriteService/TransactRelationTuples`,
    request: { relation_tuple_deltas: [{ action: 'ACTION_INSERT', relation_tuple: carla }] },
    answer: {},
  },
  {
    port: 'write',
    method: `${TUPLES}.WriteService/DeleteRelationTuples`,
    request: { relation_query: carla },
    answer: {},
  },
  {
    port: 'opl',
    method: 'ory.keto.opl.v1alpha1.SyntaxService/Check',
    request: { content: Buffer.from('class User\nimplements {}').toString('base64') },
    answer: { parseErrors: [{ start: { line: 2 } }] },
  },
];

// A skipped suite has no tests that a summary could count as skipped.
it('grpcurl is there to ask', { skip: client.skip });

describe('grpcurl with reflection', { skip: client.skip }, () => {
  let server: ReplayServer;
  before(async () => {
    server = await startPhotoWorld();
  });
  after(() => server[Symbol.asyncDispose]());

  /** What grpcurl prints. @throws with what it says on stderr when it fails */
  async function grpcurl(port: PortName, { flags = [], rest = [] }: { flags?: string[]; rest?: string[] }) {
    const args = ['-plaintext', '-max-time', '10', ...flags, `127.0.0.1:${server.port(port)}`, ...rest];
    const { stdout } = await promisify(execFile)(path.join(client.folder, 'grpcurl'), args);
    return stdout;
  }

  for (const { port, services } of SERVICES) {
    it(`lists the services of the ${port} port`, async () => {
      const listed = (await grpcurl(port, { rest: ['list'] })).trim().split('\n');
      assert.deepEqual(
        listed.filter((name) => !STANDARD.includes(name)),
        services.toSorted(),
      );
    });

    for (const service of services) {
      it(`describes ${service} on the ${port} port`, async () => {
        const described = await grpcurl(port, { rest: ['describe', service] });
        assert.ok(described.startsWith(`${service} is a service:\n`), described);
      });
    }
  }

  it('describes a message with the messages in it', async () => {
    const described = await grpcurl('read', { flags: ['-msg-template'], rest: ['describe', `${TUPLES}.CheckRequest`] });
    assert.match(described, /\.ory\.keto\.relation_tuples\.v1alpha2\.RelationTuple tuple = 8;/);
  });

  for (const { port, method, request, answer } of [...CALLS, ...TUPLE_CALLS, ...POLICY_CALLS]) {
    it(`calls ${method}`, async () => {
      const printed = await grpcurl(port, { flags: ['-d', JSON.stringify(request)], rest: [method] });
      assert.deepEqual(likeExpected(JSON.parse(printed), answer), answer);
    });
  }

  it('watches, and prints each message as it comes', async () => {
    const args = ['-plaintext', `127.0.0.1:${server.port('read')}`, `${WATCH}/Watch`];
    const child = spawn(path.join(client.folder, 'grpcurl'), args);
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    await eventually(() => printed.endsWith('}\n'));
    child.kill();
    assert.equal(JSON.parse(printed).kind, 'KIND_CHECKPOINT');
  });

  it('exports, and prints each message', async () => {
    const printed = await grpcurl('read', {
      flags: ['-d', '{"query":{"namespace":"Album"}}'],
      rest: [`${TUPLE_READ}/Export`],
    });
    const messages = JSON.parse(`[${printed.replaceAll('\n}\n{', '\n},{')}]`) as { tuples?: object[] }[];
    assert.ok((messages[1]?.tuples ?? []).length > 0, printed);
  });

  it('is told that a model in the configuration is not written', async () => {
    const asked = { flags: ['-d', '{"files":[{"content":""}]}'], rest: [`${MODEL}/WriteModel`] };
    await assert.rejects(grpcurl('write', asked), {
      stderr: /Code: FailedPrecondition\n {2}Message: the configuration has the key namespaces/,
    });
  });

  it('calls every method that is listed', async () => {
    const methods = new Set<string>();
    for (const { port, services } of SERVICES) {
      for (const service of services) {
        const listed = (await grpcurl(port, { rest: ['list', service] })).trim().split('\n');
        for (const name of listed) methods.add(name.replace(/\.(\w+)$/, '/$1'));
      }
    }
    const calls = [...CALLS, ...TUPLE_CALLS, ...POLICY_CALLS]
      .map(({ method }) => method)
      .filter((method) => !isStandard(method));
    const called = [...calls, `${MODEL}/WriteModel`, `${TUPLE_READ}/Export`, `${WATCH}/Watch`];
    assert.deepEqual([...methods].sort(), called.toSorted());
  });

  it('asks for the health of a service, whose description it brings', async () => {
    const flags = ['-import-path', 'proto', '-proto', 'grpc/health/v1/health.proto'];
    const asked = { flags: [...flags, '-d', '{"service":"ory.keto.opl.v1alpha1.SyntaxService"}'] };
    const printed = await grpcurl('opl', { ...asked, rest: ['grpc.health.v1.Health/Check'] });
    assert.deepEqual(JSON.parse(printed), { status: 'SERVING' });
  });

  it('shows an error with its detail', async () => {
    const unknown = JSON.stringify({ tuple: { ...question, namespace: 'Nothing' } });
    await assert.rejects(grpcurl('read', { flags: ['-d', unknown], rest: [`${TUPLES}.CheckService/Check`] }), {
      stderr: /Code: NotFound\n {2}Message: The requested resource could not be found\n[\s\S]*google\.rpc\.ErrorInfo/,
    });
  });
});

function isStandard(method: string): boolean {
  return STANDARD.some((service) => method.startsWith(`${service}/`));
}

/** What an answer has under the keys of an expectation. */
function likeExpected(answer: unknown, expected: unknown): unknown {
  if (!isObject(answer) || !isObject(expected)) return answer;
  if (Array.isArray(answer)) {
    return answer.map((item, index) => likeExpected(item, Array.isArray(expected) ? expected[index] : undefined));
  }
  return Object.fromEntries(Object.keys(expected).map((key) => [key, likeExpected(answer[key], expected[key])]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
