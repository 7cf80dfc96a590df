import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Migrator } from '../../src/persistence/sql/migrator.ts';
import { createPostgres, createSqliteFile, createSqliteMemory } from '../support/databases.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const BASE = '/engines/acp/ory/exact';
const POLICY = { id: 'p', subjects: ['s'], resources: ['r'], actions: ['a'], effect: 'allow' };

async function send(
  address: string,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; text: string; json: unknown }> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`http://${address}${path}`, { method, headers, ...sent });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

describe('policies on the ports', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({});
  });
  after(() => server[Symbol.asyncDispose]());

  it('are changed on the write port and seen on both', async () => {
    assert.equal((await send(server.writeAddress, 'PUT', `${BASE}/policies`, { body: POLICY })).status, 200);
    for (const address of [server.readAddress, server.writeAddress]) {
      assert.equal((await send(address, 'GET', `${BASE}/policies/p`)).status, 200);
      const body = { subject: 's', resource: 'r', action: 'a' };
      assert.equal((await send(address, 'POST', `${BASE}/allowed`, { body })).text, '{"allowed":true}');
    }
  });

  const writes = [
    ['PUT', '/policies', 'GET, OPTIONS'],
    ['DELETE', '/policies/p', 'GET, OPTIONS'],
    ['PUT', '/roles', 'GET, OPTIONS'],
    ['DELETE', '/roles/r', 'GET, OPTIONS'],
  ] as const;
  for (const [method, path, allow] of writes) {
    it(`are not changed by ${method} ${path} on the read port`, async () => {
      const { status, headers } = await send(server.readAddress, method, BASE + path);
      assert.deepEqual([status, headers.get('allow')], [405, allow]);
    });
  }

  for (const [method, path] of [
    ['PUT', '/roles/r/members'],
    ['DELETE', '/roles/r/members/m'],
  ] as const) {
    it(`have no ${method} ${path} on the read port`, async () => {
      assert.equal((await send(server.readAddress, method, BASE + path)).status, 404);
    });
  }

  it('are counted by their decisions', async () => {
    const ask = (body: unknown) => send(server.readAddress, 'POST', '/engines/acp/ory/glob/allowed', { body });
    const stored = { ...POLICY, resources: ['[', 'r'] };
    await ask({});
    await send(server.writeAddress, 'PUT', '/engines/acp/ory/glob/policies', { body: stored });
    assert.equal((await ask({})).status, 500);
    const metrics = await server.metrics();
    assert.match(metrics, /^stheno_policy_decisions_total\{decision="denied",flavor="glob"\} 1$/m);
    assert.match(metrics, /^stheno_policy_decisions_total\{decision="error",flavor="glob"\} 1$/m);
    assert.match(metrics, /^stheno_policy_decision_duration_seconds_count\{flavor="glob"\} 2$/m);
  });

  it('count as requests of their route, whatever the path', async () => {
    await send(server.readAddress, 'GET', `${BASE}/roles/counted`);
    const metrics = await server.metrics();
    assert.match(metrics, /endpoint="\/engines\/acp\/ory\/\{flavor\}\/roles\/\{id\}"/);
    assert.doesNotMatch(metrics, /counted/);
  });
});

describe('many questions, and reasons', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({ limit: { max_batch_check_size: 3 } });
    await send(server.writeAddress, 'PUT', `${BASE}/policies`, { body: { ...POLICY, subjects: ['s', 'role'] } });
    await send(server.writeAddress, 'PUT', `${BASE}/roles`, { body: { id: 'role', members: ['m'] } });
  });
  after(() => server[Symbol.asyncDispose]());

  const ask = (path: string, body: unknown) => send(server.readAddress, 'POST', `${BASE}/allowed/${path}`, { body });
  const question = { subject: 's', resource: 'r', action: 'a' };

  it('are answered in their order, denials too', async () => {
    const { status, json } = await ask('batch', { requests: [{ ...question, subject: 'x' }, question] });
    assert.equal(status, 200);
    assert.deepEqual(json, { results: [{ allowed: false }, { allowed: true }] });
  });

  it('have an error each where there is no answer', async () => {
    const conditions = { k: { type: 'CIDRCondition', options: { cidr: 'x' } } };
    const path = '/engines/acp/ory/glob';
    await send(server.writeAddress, 'PUT', `${path}/policies`, { body: { ...POLICY, conditions } });
    const requests = [question, { ...question, context: { k: 'x' } }];
    const { json } = await send(server.readAddress, 'POST', `${path}/allowed/batch`, { body: { requests } });
    const error = 'policy "p": condition "k": its value in the context must be an IP address';
    assert.deepEqual(json, { results: [{ allowed: false }, { allowed: false, error }] });
    const explained = await send(server.readAddress, 'POST', `${path}/allowed/explain`, { body: requests[1] });
    const policies = [{ id: 'p', effect: 'allow', outcome: 'failed', error }];
    assert.deepEqual(explained.json, { allowed: false, error, roles: [], policies, truncated: false });
  });

  it('tell how a role came into it', async () => {
    const { status, json } = await ask('explain', { ...question, subject: 'm' });
    assert.equal(status, 200);
    assert.deepEqual(json, {
      allowed: true,
      roles: ['role'],
      policies: [
        {
          id: 'p',
          effect: 'allow',
          outcome: 'applied',
          resource: 'r',
          subject: 'role',
          role: 'role',
          action: 'a',
          conditions: [],
        },
      ],
      truncated: false,
    });
  });

  const wrong: [what: string, path: string, body: unknown, status: number, message: string][] = [
    ['too many questions', 'batch', { requests: [{}, {}, {}, {}] }, 400, 'batch exceeds max size of 3'],
    ['what is no question', 'batch', { requests: [{}, { who: 1 }] }, 400, 'requests[1]: unknown key "who"'],
    ['no JSON', 'explain', '{', 400, 'the JSON ends too early'],
  ];
  for (const [what, path, body, status, message] of wrong) {
    it(`refuse ${what} with a flat error`, async () => {
      const answer = await ask(path, body);
      assert.deepEqual(answer.json, { code: status, status: 'Bad Request', message });
      assert.equal(answer.status, status);
    });
  }

  it('need a flavor that exists, whatever the body', async () => {
    for (const path of ['batch', 'explain']) {
      const { status } = await send(server.readAddress, 'POST', `/engines/acp/ory/fuzzy/allowed/${path}`, {
        body: '{',
      });
      assert.equal(status, 404);
    }
  });
});

describe('errors of the policies routes', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({ serve: { write: { max_message_bytes: 1000 } } });
  });
  after(() => server[Symbol.asyncDispose]());

  const put = (path: string, body: unknown) =>
    send(server.writeAddress, 'PUT', `/engines/acp/ory/${path}`, { body, headers: { 'x-request-id': 'q' } });

  it('are flat objects with a text', async () => {
    const { status, headers, json } = await put('exact/policies', { ...POLICY, effect: 'maybe' });
    assert.deepEqual([status, headers.get('content-type')], [500, 'application/json']);
    assert.deepEqual(json, {
      code: 500,
      status: 'Internal Server Error',
      request: 'q',
      message: 'invalid policy effect maybe, only allow and deny are supported',
    });
  });

  const orders: [what: string, path: string, body: unknown, status: number][] = [
    ['a bad policy of an unknown flavor', 'fuzzy/policies', '{', 500],
    ['a good policy of an unknown flavor', 'fuzzy/policies', POLICY, 404],
    ['a bad role of an unknown flavor', 'fuzzy/roles', '{', 500],
    ['a good role of an unknown flavor', 'fuzzy/roles', {}, 404],
    ['bad members of an unknown flavor', 'fuzzy/roles/r/members', '{', 404],
    ['bad members', 'exact/roles/r/members', '{', 500],
  ];
  for (const [what, path, body, status] of orders) {
    it(`say ${status} to ${what}`, async () => assert.equal((await put(path, body)).status, status));
  }

  it('say 413 to a body that is too large, and store nothing', async () => {
    const { status, json } = await put('exact/policies', { ...POLICY, id: 'large', description: 'x'.repeat(1000) });
    assert.equal(status, 413);
    assert.deepEqual(json, {
      code: 413,
      status: 'Payload Too Large',
      request: 'q',
      message: 'the request body is larger than 1000 bytes',
    });
    assert.equal((await send(server.readAddress, 'GET', `${BASE}/policies/large`)).status, 404);
  });

  it('are logged when they are faults of the server only', async () => {
    await put('exact/policies', '{');
    assert.deepEqual(
      server.logged.filter(({ level }) => level === 'error'),
      [],
    );
  });
});

describe('policies out of the ordinary', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({});
  });
  after(() => server[Symbol.asyncDispose]());

  const put = (body: unknown) => send(server.writeAddress, 'PUT', '/engines/acp/ory/regex/policies', { body });
  const stored = async () => (await send(server.readAddress, 'GET', '/engines/acp/ory/regex/policies')).json;
  const nested = (levels: number) =>
    `{"id":"deep","effect":"allow","conditions":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;

  const refused: [what: string, body: unknown, message: RegExp][] = [
    [
      'a pattern of a megabyte',
      { ...POLICY, actions: ['a', `<${'a'.repeat(1 << 20)}>`] },
      /a pattern of "actions" has \d+/,
    ],
    ['conditions that nest deeper than any parser goes', nested(100_000), /nest/],
    ['conditions that do not end', '{"conditions":{"a":'.repeat(50), /./],
  ];
  for (const [what, body, message] of refused) {
    it(`are refused: ${what}`, async () => {
      const { status, json } = await put(body);
      assert.equal(status, 500);
      assert.match((json as { message: string }).message, message);
      assert.deepEqual(await stored(), []);
    });
  }

  it('may have ten thousand subjects', async () => {
    const subjects = Array.from({ length: 10_000 }, (_, at) => `user:<${at}|x${at}>`);
    assert.equal((await put({ ...POLICY, subjects })).status, 200);
    const body = { subject: 'user:x9999', resource: 'r', action: 'a' };
    const { status } = await send(server.readAddress, 'POST', '/engines/acp/ory/regex/allowed', { body });
    assert.equal(status, 200);
    await send(server.writeAddress, 'DELETE', '/engines/acp/ory/regex/policies/p');
    assert.deepEqual(await stored(), []);
  });

  it('may have any character in their id', async () => {
    const codes = Array.from({ length: 0x250 }, (_, code) => code).filter((code) => code !== 0x2f);
    const ids = Array.from({ length: 0x25 }, (_, row) => codes.slice(16 * row, 16 * row + 16))
      .map((row) => String.fromCodePoint(...row))
      .concat('\u2028', '\ufffd', '\u{1f600}', 'x'.repeat(3000));
    for (const id of ids) {
      assert.equal((await put({ ...POLICY, id })).status, 200);
      const path = `/engines/acp/ory/regex/policies/${encodeURIComponent(id)}`;
      assert.equal(((await send(server.readAddress, 'GET', path)).json as { id: string }).id, id);
      assert.equal((await send(server.writeAddress, 'DELETE', path)).status, 204);
    }
    assert.deepEqual(await stored(), []);
  });

  it('are out of reach of a path when there is a slash in their id', async () => {
    await put({ ...POLICY, id: 'a/b' });
    assert.equal((await send(server.readAddress, 'GET', '/engines/acp/ory/regex/policies/a%2Fb')).status, 404);
    assert.equal(((await stored()) as { id: string }[])[0]?.id, 'a/b');
  });

  it('have U+FFFD in the place of bytes that are no text', async () => {
    const body = Buffer.concat([
      Buffer.from('{"effect":"allow","id":"b'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('"}'),
    ]);
    const response = await fetch(`http://${server.writeAddress}/engines/acp/ory/glob/policies`, {
      method: 'PUT',
      body,
    });
    assert.equal(((await response.json()) as { id: string }).id, 'b\ufffd\ufffd');
    for (const path of ['b%ff%c3', `b${encodeURIComponent('\ufffd\ufffd')}`]) {
      assert.equal((await send(server.readAddress, 'GET', `/engines/acp/ory/glob/policies/${path}`)).status, 200);
    }
  });
});

const SHARED_DATABASES = { 'a SQLite file': createSqliteFile, PostgreSQL: createPostgres };
for (const [name, create] of Object.entries({ memory: createSqliteMemory, ...SHARED_DATABASES })) {
  describe(`roles on ${name}`, () => {
    it('keep all of forty members that are added at the same moment', async () => {
      await using database = await create();
      await migrate(database.dsn);
      await using server = await startServer({ dsn: database.dsn });
      const members = Array.from({ length: 40 }, (_, at) => `m${at}`);
      const path = `${BASE}/roles/r/members`;
      const answers = await Promise.all(
        members.map((member) => send(server.writeAddress, 'PUT', path, { body: { members: [member] } })),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      const stored = (await send(server.readAddress, 'GET', `${BASE}/roles/r`)).json as { members: string[] };
      assert.deepEqual(stored.members.sort(), members.sort());
    });

    it('lose none of the removals that come at the same moment', async () => {
      await using database = await create();
      await migrate(database.dsn);
      await using server = await startServer({ dsn: database.dsn });
      const members = Array.from({ length: 20 }, (_, at) => `m${at}`);
      await send(server.writeAddress, 'PUT', `${BASE}/roles`, { body: { id: 'r', members } });
      await Promise.all(
        members.slice(1).map((member) => send(server.writeAddress, 'DELETE', `${BASE}/roles/r/members/${member}`)),
      );
      assert.deepEqual((await send(server.readAddress, 'GET', `${BASE}/roles/r`)).json, {
        id: 'r',
        description: '',
        members: ['m0'],
      });
    });
  });
}

for (const [name, create] of Object.entries(SHARED_DATABASES)) {
  describe(`two servers on ${name}`, () => {
    it('keep all of forty members that are added through two servers, which agree at once', async () => {
      await using database = await create();
      await migrate(database.dsn);
      await using one = await startServer({ dsn: database.dsn });
      await using other = await startServer({ dsn: database.dsn });
      await send(one.writeAddress, 'PUT', `${BASE}/policies`, { body: { ...POLICY, subjects: ['r'] } });
      const requests = Array.from({ length: 40 }, (_, at) => ({ subject: `m${at}`, resource: 'r', action: 'a' }));
      const answers = await Promise.all(
        requests.map(({ subject }, at) =>
          send((at % 2 === 0 ? one : other).writeAddress, 'PUT', `${BASE}/roles/r/members`, {
            body: { members: [subject] },
          }),
        ),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      for (const { readAddress } of [one, other]) {
        const { json } = await send(readAddress, 'POST', `${BASE}/allowed/batch`, { body: { requests } });
        assert.deepEqual(json, { results: requests.map(() => ({ allowed: true })) });
      }
    });
  });
}

async function migrate(dsn: string): Promise<void> {
  if (dsn === 'memory') return;
  await using migrator = await Migrator.open({ dsn });
  await migrator.up();
}
