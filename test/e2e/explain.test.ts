import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RequestError, type SthenoClient } from '../../src/client/index.ts';
import { callProgram } from '../cli/support/call-program.ts';
import { openClient, TRANSPORTS } from '../client/support/open-client.ts';
import { testDatabases } from '../support/databases.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
class Folder implements Namespace {
  related: { viewers: SubjectSet<Group, "members">[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}
class Doc implements Namespace {
  related: { parents: Folder[], banned: User[], odd: SubjectSet<Doc, "unlike">[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.parents.traverse((p) => p.permits.view(ctx)) && !this.related.banned.includes(ctx.subject),
    unlike: (ctx: Context): boolean => !this.related.odd.includes(ctx.subject),
  }
}`;

const TREE = `Allowed
✓ Doc:readme#view
└─ ✓ all of (Doc#view) (model.ts:12:20)
   ├─ ✓ what Doc:readme#parents leads to (model.ts:12:20)
   │  └─ ✓ Doc:readme#parents@Folder:plans leads to Folder:plans#view
   │     └─ ✓ any of (Folder#view) (model.ts:6:61)
   │        └─ ✓ Folder:plans#viewers (model.ts:6:61)
   │           └─ ✓ Folder:plans#viewers@Group:eng#members
   │              └─ ✓ Group:eng#members@ann is stored
   └─ ✓ not (Doc#view) (model.ts:12:82)
      └─ ✗ Doc:readme#banned (model.ts:12:82)
         └─ ✗ Doc:readme#banned@ann is not stored
`;

/** Where the model names the relations of `view`. */
const PARENTS = { file: 'model.ts', start: { line: 12, column: 19 } };
const BANNED = { file: 'model.ts', start: { line: 12, column: 81 } };

/** A group in a group in a group …, so that an explanation has as many levels. */
const CHAIN = 300;

for (const kind of testDatabases().filter(({ name }) => name === 'SQLite memory' || name === 'PostgreSQL')) {
  describe(`an explanation, with the tuples in ${kind.name}`, () => {
    let database: Awaited<ReturnType<typeof kind.create>>;
    let server: ReplayServer;
    let client: SthenoClient;
    let snaptoken: string;
    before(async () => {
      database = await kind.create();
      const config = { dsn: database.dsn, limit: { max_read_depth: 1000 } };
      server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config });
      client = openClient(server);
      await client.write([
        { insert: 'Group:eng#members@ann' },
        { insert: 'Group:eng#members@bob' },
        { insert: 'Doc:readme#banned@bob' },
        { insert: 'Folder:plans#viewers@(Group:eng#members)' },
        { insert: 'Doc:odd#odd@(Doc:odd#unlike)' },
        ...Array.from({ length: CHAIN }, (_, at) => ({
          insert: `Group:chain${at}#members@(Group:chain${at + 1}#members)`,
        })),
      ]);
      ({ snaptoken } = await client.write([{ insert: 'Doc:readme#parents@Folder:plans' }]));
    });
    after(async () => {
      client.close();
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    const get = async (query: string) => {
      const response = await fetch(`http://127.0.0.1:${server.port('read')}/relation-tuples/explain?${query}`);
      const body = (await response.json()) as Readonly<Record<string, unknown>>; // an object, whatever the status
      return { status: response.status, headers: response.headers, body };
    };
    const cli = (...words: string[]) =>
      callProgram(['explain', ...words, '--insecure-disable-transport-security'], {
        env: { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` },
      });

    for (const [name, transport] of Object.entries(TRANSPORTS)) {
      it(`is given over ${name}`, async () => {
        using own = closing(openClient(server, { transport }));
        const explanation = await own.explain('Doc:readme#view@ann', { snaptoken });
        assert.deepEqual(
          [explanation.membership, explanation.limitation, explanation.truncated],
          ['member', undefined, false],
        );
        assert.match(explanation.snaptoken, /^[\w-]{20}$/);
        const { root } = explanation;
        assert.deepEqual(root.set, { namespace: 'Doc', object: 'readme', relation: 'view' });
        const [body] = root.children;
        assert.deepEqual(
          [body?.kind, body?.rule],
          ['and', { namespace: 'Doc', permit: 'view', position: [], ...PARENTS }],
        );
        const [traverse, not] = body?.children ?? [];
        assert.deepEqual([traverse?.kind, not?.kind], ['traverse', 'not']);
        assert.deepEqual(traverse?.children[0]?.tuple, {
          namespace: 'Doc',
          object: 'readme',
          relation: 'parents',
          subject: { kind: 'set', namespace: 'Folder', object: 'plans', relation: '' },
        });
      });
    }

    it('is given over REST, with its snaptoken in the body and as a header', async () => {
      const { status, headers, body } = await get('namespace=Doc&object=readme&relation=view&subject_id=bob');
      assert.equal(status, 200);
      assert.equal(headers.get('stheno-snaptoken'), body.snaptoken);
      assert.match(String(body.model_id), /^config-/);
      assert.deepEqual(body, {
        membership: 'not_member',
        truncated: false,
        snaptoken: body.snaptoken,
        model_id: body.model_id,
        root: {
          kind: 'check',
          membership: 'not_member',
          set: { namespace: 'Doc', object: 'readme', relation: 'view' },
          children: [
            {
              kind: 'direct',
              membership: 'not_member',
              tuple: { namespace: 'Doc', object: 'readme', relation: 'view', subject_id: 'bob' },
            },
            {
              kind: 'and',
              membership: 'not_member',
              rule: { namespace: 'Doc', permit: 'view', position: [], ...PARENTS },
              children: [
                {
                  kind: 'not',
                  membership: 'not_member',
                  rule: { namespace: 'Doc', permit: 'view', position: [1], ...BANNED },
                  children: [
                    {
                      kind: 'computed',
                      membership: 'member',
                      rule: { namespace: 'Doc', permit: 'view', position: [1, 0], ...BANNED },
                      set: { namespace: 'Doc', object: 'readme', relation: 'banned' },
                      children: [
                        {
                          kind: 'direct',
                          membership: 'member',
                          tuple: { namespace: 'Doc', object: 'readme', relation: 'banned', subject_id: 'bob' },
                        },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      });
    });

    it('is printed as a tree', async () => {
      const { exit, stdout } = await cli('ann', 'view', 'Doc', 'readme');
      assert.deepEqual([exit, stdout], [0, TREE]);
      assert.equal((await cli('ann', 'view', 'Doc:readme', '-q')).stdout, 'Allowed\n');
    });

    it('is printed as REST has it', async () => {
      const { stdout } = await cli('ann', 'view', 'Doc:readme', '--format', 'json');
      const { body } = await get('namespace=Doc&object=readme&relation=view&subject_id=ann');
      assert.deepEqual(JSON.parse(stdout), body);
    });

    it('names what limited it, and whether steps are missing', async () => {
      const shallow = await client.explain('Doc:readme#view@ann', { maxDepth: 1 });
      assert.deepEqual([shallow.membership, shallow.limitation], ['unknown', 'depth']);
      const short = await client.explain('Doc:readme#view@ann', { maxSteps: 2 });
      assert.deepEqual([short.truncated, short.root.children[0]?.omission], [true, 'size']);
    });

    it('leads to what has no answer', async () => {
      const undeclared = await client.explain('Doc:readme#veiw@ann');
      assert.deepEqual([undeclared.membership, undeclared.limitation], ['error', 'undeclared_relation']);
      const contradiction = await client.explain('Doc:odd#unlike@ann');
      assert.deepEqual([contradiction.membership, contradiction.limitation], ['error', 'contradiction']);
      const { stdout } = await cli('ann', 'unlike', 'Doc:odd');
      assert.match(stdout, /^No answer: a fact depends on its own negation\n! Doc:odd#unlike\n/);
    });

    it('is cut where messages would be nested too deep', async () => {
      const { root, truncated, membership } = await client.explain('Group:chain0#members@ann', { maxDepth: 1000 });
      assert.deepEqual([membership, truncated], ['not-member', true]);
      let [levels, last] = [1, root];
      for (let next = last.children.at(-1); next !== undefined; next = last.children.at(-1)) {
        last = next;
        levels += 1;
      }
      assert.deepEqual([levels, last.omission], [90, 'size']);
    });

    it('is refused for what a check is refused for over gRPC', async () => {
      const refused = (code: string) => (error: unknown) => error instanceof RequestError && error.code === code;
      await assert.rejects(client.explain('Nowhere:a#b@c'), refused('not_found'));
      await assert.rejects(client.explain('Doc:a#view@ann', { snaptoken: 'no token' }), refused('invalid_argument'));
      const cases = [
        ['namespace=Nowhere&object=a&relation=b&subject_id=c', 404],
        ['namespace=Doc&object=readme&relation=view', 400],
        ['namespace=Doc&object=readme&relation=view&subject_id=ann&max-steps=many', 400],
        ['namespace=Doc&object=readme&relation=view&subject_id=ann&consistency=none', 400],
      ] as const;
      for (const [query, status] of cases) assert.equal((await get(query)).status, status, query);
    });

    it('sees a write that it is told of', async () => {
      const written = await client.write([{ insert: 'Group:eng#members@eve' }]);
      const { membership } = await client.explain('Doc:readme#view@eve', { snaptoken: written.snaptoken });
      assert.equal(membership, 'member');
      const query = 'namespace=Doc&object=readme&relation=view&subject_id=eve';
      assert.equal((await get(`${query}&latest=true`)).body.membership, 'member');
      assert.equal((await get(`${query}&snaptoken=${written.snaptoken}`)).body.membership, 'member');
    });
  });
}

function closing(client: SthenoClient): SthenoClient & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}
