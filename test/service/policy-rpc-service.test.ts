import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { create, type JsonObject, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Value, ValueSchema } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { ServerReflection } from '#gen/grpc/reflection/v1/reflection_pb.js';
import {
  Effect,
  Flavor,
  GetPolicyRequestSchema,
  ExplainedPolicy_Outcome as Outcome,
  PolicySchema,
  PolicyService,
  UpsertPolicyRequestSchema,
} from '#gen/stheno/policy/v1/policy_service_pb.js';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

type Policies = Client<typeof PolicyService>;
type PolicyInit = MessageInitShape<typeof PolicySchema>;

const grpc = (address: string) => createGrpcTransport({ baseUrl: `http://${address}`, idleConnectionTimeoutMs: 1 });
const GLOB = Flavor.GLOB;
const POLICY = { id: 'p', subjects: ['ann', 'team:*'], resources: ['docs:*'], actions: ['read'], effect: Effect.ALLOW };
const QUESTION = { subject: 'ann', resource: 'docs:1', action: 'read' };

describe('policies over gRPC', () => {
  let server: ServerInProcess;
  let policies: Policies;
  before(async () => {
    server = await startServer({ limit: { max_batch_check_size: 3 } });
    policies = createClient(PolicyService, grpc(server.writeAddress));
  });
  after(() => server[Symbol.asyncDispose]());

  const upsert = async (policy: PolicyInit, flavor = GLOB) =>
    (await policies.upsertPolicy({ flavor, policy })).policy ?? assert.fail('no policy came back');
  const isAllowed = async (request: object, flavor = GLOB) => (await policies.allowed({ flavor, request })).allowed;
  /** The REST API's view of a path below the flavor glob. */
  const rest = async (path: string, init?: RequestInit): Promise<{ status: number; json: unknown }> => {
    const response = await fetch(`http://${server.writeAddress}/engines/acp/ory/glob${path}`, init);
    return { status: response.status, json: await response.json() };
  };

  it('are stored, shown, listed and deleted', async () => {
    const stored = await upsert({ ...POLICY, id: 'crud', description: 'd' });
    assert.deepEqual((await policies.getPolicy({ flavor: GLOB, id: 'crud' })).policy, stored);
    const listed = await policies.listPolicies({ flavor: GLOB, ids: ['crud'] });
    assert.deepEqual(listed.policies, [stored]);
    await policies.deletePolicy({ flavor: GLOB, id: 'crud' });
    await policies.deletePolicy({ flavor: GLOB, id: 'crud' });
    await assertFails(policies.getPolicy({ flavor: GLOB, id: 'crud' }), Code.NotFound);
  });

  it('get an id when they have none', async () => {
    const { id } = await upsert({ effect: Effect.DENY }, Flavor.REGEX);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    await policies.deletePolicy({ flavor: Flavor.REGEX, id });
  });

  it('are the documents of REST, lists and conditions included', async () => {
    const conditions = {
      a: json({ type: 'StringPairsEqualCondition', options: { n: [1.5, null, true, -2, 'x', [[]], {}] } }),
      b: json(12345678901234567000),
    };
    await upsert({ ...POLICY, id: 'rest', actions: [], conditions });
    assert.deepEqual((await rest('/policies/rest')).json, {
      id: 'rest',
      description: '',
      subjects: POLICY.subjects,
      resources: POLICY.resources,
      actions: null,
      effect: 'allow',
      conditions: {
        a: { options: { n: [1.5, null, true, -2, 'x', [[]], {}] }, type: 'StringPairsEqualCondition' },
        b: 12345678901234567000,
      },
    });
    const shown = (await policies.getPolicy({ flavor: GLOB, id: 'rest' })).policy;
    assert.deepEqual(shown?.conditions, conditions);
  });

  it('show conditions that REST stored, whatever their keys', async () => {
    const body = '{"id":"odd","effect":"allow","conditions":{"__proto__":{"type":"x"},"":5}}';
    await rest('/policies', { method: 'PUT', body });
    const asked = toBinary(GetPolicyRequestSchema, create(GetPolicyRequestSchema, { flavor: GLOB, id: 'odd' }));
    const answer = await connectPost(server.writeAddress, 'GetPolicy', 'application/proto', asked);
    assert.match(await answer.text(), /__proto__/);
  });

  it('have roles, whose members are added and removed', async () => {
    const { role } = await policies.upsertRole({ flavor: GLOB, role: { id: 'r', members: ['x', 'x'] } });
    assert.deepEqual(role?.members, ['x', 'x']);
    const added = await policies.addRoleMembers({ flavor: GLOB, roleId: 'r', members: ['y', 'x'] });
    assert.deepEqual(added.role?.members, ['x', 'y']);
    const removed = await policies.removeRoleMember({ flavor: GLOB, roleId: 'r', member: 'x' });
    assert.deepEqual(removed.role?.members, ['y']);
    assert.deepEqual((await policies.listRoles({ flavor: GLOB, member: 'y' })).roles, [removed.role]);
    assert.deepEqual((await policies.getRole({ flavor: GLOB, id: 'r' })).role, removed.role);
    await policies.deleteRole({ flavor: GLOB, id: 'r' });
    await assertFails(policies.getRole({ flavor: GLOB, id: 'r' }), Code.NotFound);
    await assertFails(policies.removeRoleMember({ flavor: GLOB, roleId: 'r', member: 'x' }), Code.NotFound);
    const made = await policies.addRoleMembers({ flavor: GLOB, roleId: 'new', members: ['y'] });
    assert.deepEqual([made.role?.id, made.role?.members], ['new', ['y']]);
  });

  it('are listed in pages, of which filters keep some', async () => {
    const flavor = Flavor.EXACT;
    for (const id of ['1', '2', '3']) await upsert({ ...POLICY, id, subjects: [`s${id}`] }, flavor);
    const list = async (request: object) =>
      (await policies.listPolicies({ flavor, ...request })).policies.map(({ id }) => id);
    assert.deepEqual(await list({}), ['1', '2', '3']);
    assert.deepEqual(await list({ limit: 2 }), ['1', '2']);
    assert.deepEqual(await list({ limit: 0 }), []);
    assert.deepEqual(await list({ limit: 2, offset: 1 }), ['2', '3']);
    assert.deepEqual(await list({ limit: 1, subject: 's2' }), []);
    assert.deepEqual(await list({ action: 'read', ids: ['3', '1'] }), ['1', '3']);
    assert.deepEqual(await list({ resource: '' }), []);
  });

  it('answer questions, a denial too', async () => {
    await upsert(POLICY);
    assert.equal(await isAllowed(QUESTION), true);
    assert.equal(await isAllowed({ ...QUESTION, action: 'write' }), false);
    assert.equal((await policies.allowed({ flavor: GLOB })).allowed, false);
  });

  it('look at the context', async () => {
    const conditions = { ip: json({ type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' } }) };
    await upsert({ ...POLICY, id: 'ip', actions: ['enter'], conditions });
    const enter = { ...QUESTION, action: 'enter' };
    assert.equal(await isAllowed(enter), false);
    assert.equal(await isAllowed({ ...enter, context: { ip: json('10.1.2.3') } }), true);
    assert.equal(await isAllowed({ ...enter, context: { ip: json('11.1.2.3') } }), false);
    const error = await assertFails(
      policies.allowed({ flavor: GLOB, request: { ...enter, context: { ip: json(7) } } }),
      Code.FailedPrecondition,
    );
    assert.equal(error.rawMessage, 'policy "ip": condition "ip": its value in the context must be a string');
    assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, 'POLICY_EVALUATION_FAILED');
  });

  it('answer batches in their order, with an error where there is no answer', async () => {
    await upsert(POLICY);
    await upsert({ ...POLICY, id: 'broken', resources: ['docs:*'], subjects: ['['] });
    const requests = [{ ...QUESTION, resource: 'x' }, QUESTION];
    const { results } = await policies.batchAllowed({ flavor: GLOB, requests });
    await policies.deletePolicy({ flavor: GLOB, id: 'broken' });
    assert.deepEqual(
      results.map(({ allowed, error }) => [allowed, error === '']),
      [
        [false, true],
        [false, false],
      ],
    );
    assert.match(results[1]?.error ?? '', /^policy "broken": invalid pattern/);
    assert.deepEqual((await policies.batchAllowed({ flavor: GLOB })).results, []);
  });

  it('refuse batches that are too large', async () => {
    const requests = Array.from({ length: 4 }, () => QUESTION);
    const error = await assertFails(policies.batchAllowed({ flavor: GLOB, requests }), Code.InvalidArgument);
    assert.equal(error.rawMessage, 'batch exceeds max size of 3');
  });

  it('are explained', async () => {
    await upsert({ ...POLICY, subjects: ['team:*'] });
    await upsert({ ...POLICY, id: 'no', effect: Effect.DENY, conditions: { k: json({ type: 'X', options: {} }) } });
    await policies.upsertRole({ flavor: GLOB, role: { id: 'team:x', members: ['ann'] } });
    const explained = await policies.explain({ flavor: GLOB, request: QUESTION });
    await policies.deletePolicy({ flavor: GLOB, id: 'no' });
    assert.deepEqual([explained.allowed, explained.error, explained.truncated], [true, '', false]);
    assert.deepEqual(explained.roles, ['team:x']);
    const [yes, no] = explained.policies;
    assert.deepEqual([yes?.id, yes?.outcome, yes?.effect], ['p', Outcome.APPLIED, Effect.ALLOW]);
    assert.deepEqual([yes?.subjectPattern, yes?.role, yes?.resourcePattern], ['team:*', 'team:x', 'docs:*']);
    assert.deepEqual([no?.id, no?.outcome, no?.role], ['no', Outcome.UNMET, undefined]);
    assert.deepEqual(
      no?.conditions.map(({ key, type, met }) => [key, type, met]),
      [['k', 'X', false]],
    );
    const cut = await policies.explain({ flavor: GLOB, request: QUESTION, maxPolicies: 1 });
    assert.equal(cut.policies.length, 1);
  });

  const deep = (levels: number): Value => {
    let value = json(1);
    for (let level = 0; level < levels; level++) value = list([value]);
    return value;
  };
  const refused: [what: string, policy: PolicyInit, message: RegExp][] = [
    ['without an effect', { id: 'bad' }, /^the effect of the policy is missing$/],
    ['with an effect that does not exist', { id: 'bad', effect: 7 as Effect }, /^there is no effect 7$/],
    [
      'with a pattern that is too long',
      { ...POLICY, id: 'bad', actions: ['x'.repeat(70_000)] },
      /^a pattern of "actions"/,
    ],
    ['with a number that is none', { ...POLICY, id: 'bad', conditions: { a: number(Number.NaN) } }, /not finite/],
    ['with a value of no kind', { ...POLICY, id: 'bad', conditions: { a: create(ValueSchema) } }, /of no kind/],
    [
      'with conditions that nest too deep',
      { ...POLICY, id: 'bad', conditions: { a: deep(30) } },
      /nest deeper than 30 levels/,
    ],
  ];
  for (const [what, policy, message] of refused) {
    it(`are refused ${what}`, async () => {
      const error = await assertFails(policies.upsertPolicy({ flavor: GLOB, policy }), Code.InvalidArgument);
      assert.match(error.rawMessage, message);
      assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, 'INVALID_POLICY_REQUEST');
      await assertFails(policies.getPolicy({ flavor: GLOB, id: 'bad' }), Code.NotFound);
    });
  }

  it('may nest, but are not shown when no client could read them', async () => {
    await upsert({ ...POLICY, id: 'deep', conditions: { a: deep(29) } });
    assert.deepEqual((await policies.getPolicy({ flavor: GLOB, id: 'deep' })).policy?.conditions.a, deep(29));
    for (const [open, close] of ['[]', ['{"a":', '}']] as [string, string][]) {
      const body = `{"id":"deep","effect":"allow","conditions":{"a":${open.repeat(30)}1${close.repeat(30)}}}`;
      assert.equal((await rest('/policies', { method: 'PUT', body })).status, 200);
      await assertFails(policies.getPolicy({ flavor: GLOB, id: 'deep' }), Code.FailedPrecondition);
    }
    await policies.deletePolicy({ flavor: GLOB, id: 'deep' });
  });

  it('never lose a condition with the key that decoders lose', async () => {
    const lost = Object.fromEntries([['__proto__', json({ type: 'X', options: {} })]]);
    for (const conditions of [lost, { a: { ...json({}), kind: structOf(lost) } }]) {
      const policy = Object.assign(create(PolicySchema, { ...POLICY, id: 'lost' }), { conditions });
      const body = toBinary(UpsertPolicyRequestSchema, create(UpsertPolicyRequestSchema, { flavor: GLOB, policy }));
      const answer = await connectPost(server.writeAddress, 'UpsertPolicy', 'application/proto', body);
      assert.match(await answer.text(), /the key \\"__proto__\\" in conditions cannot be sent/);
    }
    const text =
      '{"flavor":"FLAVOR_GLOB","policy":{"id":"lost","effect":"EFFECT_ALLOW","conditions":{"__proto__":{}}}}';
    const answer = await connectPost(server.writeAddress, 'UpsertPolicy', 'application/json', text);
    assert.equal(answer.status, 400);
    await assertFails(policies.getPolicy({ flavor: GLOB, id: 'lost' }), Code.NotFound);
  });

  it('need a flavor', async () => {
    for (const flavor of [Flavor.UNSPECIFIED, 9 as Flavor]) {
      await assertFails(policies.allowed({ flavor, request: QUESTION }), Code.InvalidArgument);
      await assertFails(policies.upsertPolicy({ flavor, policy: POLICY }), Code.InvalidArgument);
      await assertFails(policies.deleteRole({ flavor, id: 'r' }), Code.InvalidArgument);
    }
  });

  it('need a policy, a role, or the id of a role', async () => {
    await assertFails(policies.upsertPolicy({ flavor: GLOB }), Code.InvalidArgument);
    await assertFails(policies.upsertRole({ flavor: GLOB }), Code.InvalidArgument);
    await assertFails(policies.addRoleMembers({ flavor: GLOB, members: ['x'] }), Code.InvalidArgument);
  });

  it('are refused with half a character in their id', async () => {
    const text = String.raw`{"flavor":"FLAVOR_GLOB","policy":{"id":"half\ud800","effect":"EFFECT_ALLOW"}}`;
    const answer = await connectPost(server.writeAddress, 'UpsertPolicy', 'application/json', text);
    assert.equal(answer.status, 400);
  });
});

describe('the service of the policies', () => {
  const transports: [name: string, open: (address: string) => Transport][] = [
    ['gRPC', grpc],
    ['gRPC-Web', (address) => createGrpcWebTransport({ baseUrl: `http://${address}`, httpVersion: '1.1' })],
    ['Connect', (address) => createConnectTransport({ baseUrl: `http://${address}`, httpVersion: '1.1' })],
  ];
  for (const [name, open] of transports) {
    it(`reads on the read port and changes on the write port over ${name}`, async () => {
      await using server = await startServer({});
      const [reading, writing] = [server.readAddress, server.writeAddress].map((address) =>
        createClient(PolicyService, open(address)),
      ) as [Policies, Policies];
      const error = await assertFails(reading.upsertPolicy({ flavor: GLOB, policy: POLICY }), Code.Unimplemented);
      assert.equal(error.rawMessage, 'policies are changed on the write port');
      await assertFails(reading.addRoleMembers({ flavor: GLOB, roleId: 'r' }), Code.Unimplemented);
      await writing.upsertPolicy({ flavor: GLOB, policy: POLICY });
      for (const client of [reading, writing]) {
        assert.equal((await client.allowed({ flavor: GLOB, request: QUESTION })).allowed, true);
      }
    });
  }

  it('changes on the read port where the configuration says so', async () => {
    await using server = await startServer({ serve: { read: { policy_writes: true } } });
    const reading = createClient(PolicyService, grpc(server.readAddress));
    await reading.upsertPolicy({ flavor: GLOB, policy: POLICY });
    assert.equal((await reading.allowed({ flavor: GLOB, request: QUESTION })).allowed, true);
  });

  it('is listed by reflection on both ports', async () => {
    await using server = await startServer({});
    for (const address of [server.readAddress, server.writeAddress]) {
      async function* questions() {
        yield { messageRequest: { case: 'listServices' as const, value: '' } };
      }
      const reflection = createClient(ServerReflection, grpc(address));
      for await (const { messageResponse } of reflection.serverReflectionInfo(questions())) {
        assert.equal(messageResponse.case, 'listServicesResponse');
        const names = messageResponse.value.service.map(({ name }) => name);
        assert.ok(names.includes('stheno.policy.v1.PolicyService'));
      }
    }
  });
});

async function assertFails(call: Promise<unknown>, code: Code): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    const failure = ConnectError.from(error);
    assert.equal(failure.code, code, failure.message);
    return failure;
  }
  assert.fail('it did not fail');
}

function connectPost(address: string, method: string, type: string, body: string | Uint8Array): Promise<Response> {
  const url = `http://${address}/stheno.policy.v1.PolicyService/${method}`;
  return fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
}

/** A value of JSON as a message. */
function json(value: JsonObject[string]): Value {
  if (value === null) return create(ValueSchema, { kind: { case: 'nullValue', value: 0 } });
  if (typeof value === 'string') return create(ValueSchema, { kind: { case: 'stringValue', value } });
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return create(ValueSchema, { kind: { case: 'boolValue', value } });
  if (Array.isArray(value)) return list(value.map(json));
  const fields = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, json(item)]));
  return create(ValueSchema, { kind: { case: 'structValue', value: { fields } } });
}

/** With every key, as encoders that are not ours send it. */
function structOf(fields: Record<string, Value>): Value['kind'] {
  return { case: 'structValue', value: { $typeName: 'google.protobuf.Struct', fields } };
}

function number(value: number): Value {
  return create(ValueSchema, { kind: { case: 'numberValue', value } });
}

function list(values: Value[]): Value {
  return create(ValueSchema, { kind: { case: 'listValue', value: { values } } });
}
