import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ModelChange_Kind } from '#gen/stheno/v1/model_pb.js';
import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
import { ModelService } from '#gen/stheno/v1/model_service_pb.js';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { testDatabases } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { type ServerInProcess, startServer } from '../support/server-in-process.ts';

const USERS = 'class User implements Namespace {}\n';
const DOCS = (...relations: string[]): string =>
  `${USERS}class Doc implements Namespace { related: { ${relations.map((name) => `${name}: User[]`).join('\n')} } }`;
const GROUPS = `${USERS}class Group implements Namespace { related: { members: User[]\n admins: User[] } }
class Doc implements Namespace { related: { viewers: (User | SubjectSet<Group, "members">)[] } }`;

for (const kind of testDatabases()) {
  describe(`the model in the database, on ${kind.name}`, () => {
    it('begins empty, takes versions and keeps them', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      assert.deepEqual((await get(server, '/models')).body, {
        models: [],
        next_page_token: '',
        current_model_id: '0',
      });
      assert.deepEqual((await get(server, '/models/newest')).body, { model_id: '0', files: [] });
      const first = await put(server, { files: file(DOCS('owner')), author: 'ann', message: 'begin' });
      assert.equal(first.status, 200);
      assert.equal(first.body.model_id, '1');
      assert.equal(first.body.previous_model_id, '0');
      assert.deepEqual(first.body.changes, [
        { kind: 'namespace_added', namespace: 'Doc' },
        { kind: 'relation_added', namespace: 'Doc', relation: 'owner', after: 'User[]' },
        { kind: 'namespace_added', namespace: 'User' },
      ]);
      assert.equal(await tryInsert(server, 'owner'), 201);
      await put(server, { files: file(DOCS('owner', 'viewer')) });
      const { models } = (await get(server, '/models')).body as { models: Record<string, unknown>[] };
      assert.deepEqual(
        models.map(({ model_id, author, message }) => [model_id, author, message]),
        [
          ['2', '', ''],
          ['1', 'ann', 'begin'],
        ],
      );
      const read = (await get(server, '/models/1')).body as { files: unknown; written_at: string };
      assert.deepEqual(read.files, [{ name: 'model.ts', content: DOCS('owner') }]);
      assert.ok(Math.abs(Date.parse(read.written_at) - Date.now()) < 600_000, read.written_at);
      assert.equal((await get(server, '/models/3')).status, 404);
    });

    it('is named by checks that ask for it', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      await put(server, { files: file(DOCS('owner')) });
      const check = async (headers: Record<string, string>, namespace = 'Doc') => {
        const path = `/relation-tuples/check/openapi?namespace=${namespace}&object=x&relation=owner&subject_id=ann`;
        const response = await fetch(`http://${server.readAddress}${path}`, { headers });
        await response.arrayBuffer();
        return response.headers.get('stheno-model');
      };
      assert.equal(await check({ 'stheno-model': 'true' }), '1');
      assert.equal(await check({}), null);
      // What the model does not have is a denial over REST: the answer comes from it, too.
      assert.equal(await check({ 'stheno-model': 'true' }, 'Nothing'), '1');
      assert.equal(await check({}, 'Nothing'), null);
    });

    it('makes no version of the same files', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      await put(server, { files: file(DOCS('owner')) });
      const again = await put(server, { files: file(DOCS('owner')) });
      assert.deepEqual([again.status, again.body.model_id, again.body.previous_model_id], [200, '1', '1']);
    });

    it('is used by a server that starts later', async () => {
      if (kind.name === 'SQLite memory') return; // it is gone with the server
      await using world = await open(kind);
      await put(world.servers[0], { files: file(DOCS('owner')) });
      await using later = await startServer({ namespaces: undefined, dsn: world.dsn });
      assert.equal(await tryInsert(later, 'owner'), 201);
    });

    it('is followed by other servers', async () => {
      if (kind.name === 'SQLite memory') return; // it has one server
      await using world = await open(kind, 2);
      const [writer, reader] = world.servers;
      const current = async () => (await get(reader, '/models')).body.current_model_id;
      await put(writer, { files: file(DOCS('owner')) });
      await eventually(async () => (await current()) === '1');
      await put(reader, { files: file(DOCS('owner', 'viewer')) });
      assert.equal(await current(), '2');
      await eventually(async () => (await get(writer, '/models')).body.current_model_id === '2');
    });

    it('refuses to orphan stored tuples unless it is forced to', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      await put(server, { files: file(DOCS('owner', 'viewer')) });
      for (const relation of ['owner', 'viewer']) await tryInsert(server, relation);
      const refused = await put(server, { files: file(DOCS('owner')) });
      assert.equal(refused.status, 422);
      assert.equal(
        refused.body.error?.message,
        'the model would orphan stored tuples: 1 tuple of Doc#viewer, which is gone, such as Doc:x#viewer@ann',
      );
      assert.deepEqual(refused.body.error?.details, {
        domain: 'stheno',
        reason: 'ORPHANED_TUPLES',
        metadata: { count: '1', lost: 'Doc#viewer=1' },
      });
      assert.equal((await get(server, '/models')).body.current_model_id, '1');
      const forced = await put(server, { files: file(DOCS('owner')), force: true });
      assert.equal(forced.body.model_id, '2');
      assert.equal(forced.body.orphan_count, 1);
      // What was orphaned before is no news.
      assert.equal((await put(server, { files: file(DOCS('owner', 'editor')) })).status, 200);
    });

    it('finds what subjects lose, too, and counts each tuple once', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      await put(server, { files: file(GROUPS) });
      const set = { namespace: 'Group', object: 'g', relation: 'members' };
      for (const object of ['x', 'y']) await insert(server, { ...doc(object, 'viewers'), subject_set: set });
      await insert(server, { namespace: 'Group', object: 'g', relation: 'members', subject_id: 'ann' });
      const diff = await put(server, { files: file(USERS), dry_run: true });
      assert.equal(diff.body.model_id, '1');
      assert.deepEqual(withoutExamples(diff.body.orphans), [
        { namespace: 'Doc', in_subject: false, count: 2 },
        { namespace: 'Group', in_subject: true, count: 2 },
        { namespace: 'Group', in_subject: false, count: 1 },
      ]);
      assert.equal(diff.body.orphan_count, 3);
      const renamed = GROUPS.replace('members: User[]\n', '').replace('"members"', '"admins"');
      const refused = await put(server, { files: file(renamed) });
      // Both lose the relation: one is stored in it, the others have it as their subject.
      assert.equal(refused.body.error?.details?.metadata.lost, 'Group#members=2,Group#members=1');
    });

    it('replaces the version that is expected, and no other', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      const write = (expected: string, relation: string) =>
        put(server, { files: file(DOCS(relation)), expected_model_id: expected });
      assert.equal((await write('0', 'a')).status, 200);
      assert.equal((await write('1', 'b')).status, 200);
      for (const expected of ['0', '1', '3', 'x']) {
        const refused = await write(expected, 'c');
        assert.equal(refused.status, 422);
        assert.deepEqual(refused.body.error?.details?.metadata, { expected_model_id: expected, model_id: '2' });
      }
    });

    it('refuses members that are not known, or null, and then writes nothing', async () => {
      await using world = await open(kind);
      const [server] = world.servers;
      const files = file(DOCS('a'));
      for (const [body, message] of [
        [{ files, forc: true }, 'forc is unknown'],
        [{ files, expectedModelId: '3' }, 'expectedModelId is unknown'],
        [{ files, expected_model_id: null }, 'expected_model_id must be a string, not null'],
        [{ files: [{ content: 'class', path: 'x' }] }, 'files[0].path is unknown'],
        [[], 'the body must be an object, not an array'],
      ] as const) {
        const refused = await put(server, body);
        assert.deepEqual([refused.status, refused.body.error?.message], [400, message]);
      }
      assert.equal((await get(server, '/models')).body.current_model_id, '0');
    });

    it('keeps the order of writers that come at the same time', async () => {
      await using world = await open(kind, kind.name === 'SQLite memory' ? 1 : 2);
      const written = await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          put(world.servers[at % world.servers.length] as ServerInProcess, { files: file(DOCS(`r${at}`)) }),
        ),
      );
      assert.deepEqual(
        written.map(({ status }) => status),
        written.map(() => 200),
      );
      assert.deepEqual(
        written.map(({ body }) => Number(body.model_id)).sort((a, b) => a - b),
        [1, 2, 3, 4, 5, 6, 7, 8],
      );
    });
  });
}

describe('the model over each protocol', () => {
  let server: ServerInProcess;
  before(async () => {
    server = await startServer({ namespaces: undefined });
  });
  after(() => server[Symbol.asyncDispose]());

  const transports = {
    gRPC: (baseUrl: string) => createGrpcTransport({ baseUrl }),
    'gRPC-Web': (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
    Connect: (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: '1.1' }),
  };
  for (const [name, transport] of Object.entries(transports)) {
    it(`is written, listed, read and compared over ${name}`, async () => {
      const writer = createClient(ModelService, transport(`http://${server.writeAddress}`));
      const reader = createClient(ModelReadService, transport(`http://${server.readAddress}`));
      const files = [{ name: 'a.ts', content: DOCS(name.replace('-', '')) }];
      const { previousModelId, modelId } = await writer.writeModel({ files });
      assert.deepEqual(
        (await reader.readModel({})).files.map(({ content }) => content),
        [files[0]?.content],
      );
      assert.equal((await reader.listModels({ pageSize: 1 })).versions[0]?.modelId, modelId);
      const { changes } = await reader.diffModels({ fromModelId: previousModelId });
      assert.ok(changes.some(({ kind }) => kind === ModelChange_Kind.RELATION_ADDED));
      const { valid, diagnostics } = await writer.validateModel({ files: [{ content: 'class' }] });
      assert.equal(valid, false);
      assert.deepEqual(
        diagnostics.map(({ file, start }) => [file, start?.line, start?.column]),
        [['model.ts', 1, 5]],
      );
    });
  }

  it('pages through the versions', async () => {
    const seen: unknown[] = [];
    for (let token = ''; ; ) {
      const { body } = await get(server, `/models?page_size=2&page_token=${token}`);
      seen.push(...(body.models as { model_id: string }[]).map(({ model_id }) => model_id));
      token = body.next_page_token as string;
      if (token === '') break;
    }
    assert.deepEqual(seen, ['3', '2', '1']);
    assert.equal((await get(server, '/models?page_token=x')).status, 400);
  });

  for (const { name, body, message } of [
    { name: 'no files', body: {}, message: 'files must not be empty' },
    {
      name: 'two files of one name',
      body: { files: [{ content: '' }, { name: 'model.ts', content: '' }] },
      message: /as another file's/,
    },
    {
      name: 'an author of any length',
      body: { files: file(USERS), author: 'a'.repeat(256) },
      message: 'author must have at most 255 bytes, but has 256',
    },
    { name: 'a file that is a text', body: { files: ['class'] }, message: 'files[0] must be an object, not a string' },
    {
      name: 'errors',
      body: { files: file('class X implements Namespace { related: { a: Y[] } }') },
      message: 'the model has errors: model.ts:1:46: namespace "Y" was not declared',
    },
  ]) {
    it(`refuses ${name}`, async () => {
      const { status, body: answer } = await put(server, body);
      assert.equal(status, 400);
      if (typeof message === 'string') assert.equal(answer.error?.message, message);
      else assert.match(answer.error?.message ?? '', message);
    });
  }
});

describe('a model in the configuration', () => {
  it('is read and compared, and not written', async () => {
    await using server = await startServer({ namespaces: [{ name: 'Doc' }, { name: 'User' }] });
    const { body } = await get(server, '/models/newest');
    assert.match(String(body.model_id), /^config-[0-9a-f]{16}$/);
    assert.deepEqual(body.files, [
      { name: 'model.ts', content: 'class Doc implements Namespace {}\n\nclass User implements Namespace {}\n' },
    ]);
    const refused = await put(server, { files: file(USERS) });
    assert.equal(refused.status, 422);
    assert.equal(refused.body.error?.details?.reason, 'MODEL_IN_CONFIGURATION');
    const response = await fetch(`http://${server.writeAddress}/models/validate`, {
      method: 'POST',
      body: JSON.stringify({ files: file(USERS) }),
    });
    const { changes } = (await response.json()) as { changes: unknown };
    assert.deepEqual(changes, [{ kind: 'namespace_removed', namespace: 'Doc' }]);
  });
});

describe('a large model', () => {
  const large = (bytes: number): string => `${USERS}// ${'x'.repeat(bytes)}`;

  it('of ten megabytes works where the listener takes it, and is refused where not', async () => {
    await using server = await startServer({
      namespaces: undefined,
      serve: { write: { max_message_bytes: 16_000_000 } },
    });
    const content = large(10_000_000);
    const written = await put(server, { files: file(content) });
    assert.equal(written.status, 200);
    const { files } = (await get(server, '/models/1')).body as { files: { content: string }[] };
    assert.equal(files[0]?.content.length, content.length);
    await using usual = await startServer({ namespaces: undefined });
    const refused = await put(usual, { files: file(content) });
    assert.equal(refused.status, 413);
  });
});

interface World extends AsyncDisposable {
  readonly dsn: string;
  readonly servers: readonly [ServerInProcess, ServerInProcess];
}

/** Servers without namespaces in their configuration, on one empty database. */
async function open(kind: ReturnType<typeof testDatabases>[number], count = 1): Promise<World> {
  const database = await kind.create();
  const { dsn } = database;
  if (dsn !== 'memory') await (await openPersister({ dsn, autoMigrate: true }))[Symbol.asyncDispose]();
  const servers: ServerInProcess[] = [];
  for (let at = 0; at < count; at++) servers.push(await startServer({ namespaces: undefined, dsn }));
  return {
    dsn,
    servers: servers as unknown as World['servers'], // the second is used where there are two
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

interface Body {
  readonly [key: string]: unknown;
  readonly error?: {
    readonly message: string;
    readonly details?: { readonly reason: string; readonly metadata: Record<string, string> };
  };
}

async function put(server: ServerInProcess, body: object): Promise<{ status: number; body: Body }> {
  const response = await fetch(`http://${server.writeAddress}/admin/models`, {
    method: 'PUT',
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

async function get(server: ServerInProcess, path: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(`http://${server.readAddress}${path}`);
  return { status: response.status, body: (await response.json()) as Body };
}

function tryInsert(server: ServerInProcess, relation: string): Promise<number> {
  return insert(server, { ...doc('x', relation), subject_id: 'ann' });
}

async function insert(server: ServerInProcess, tuple: object): Promise<number> {
  const response = await fetch(`http://${server.writeAddress}/admin/relation-tuples`, {
    method: 'PUT',
    body: JSON.stringify(tuple),
  });
  await response.arrayBuffer();
  return response.status;
}

function doc(object: string, relation: string) {
  return { namespace: 'Doc', object, relation };
}

function file(content: string) {
  return [{ content }];
}

function withoutExamples(orphans: unknown): unknown {
  return (orphans as { examples: unknown }[]).map(({ examples, ...rest }) =>
    Array.isArray(examples) ? rest : examples,
  );
}
