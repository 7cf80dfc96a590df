import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@connectrpc/connect';
import { LookupService } from '#gen/stheno/v1/lookup_service_pb.js';
import { RequestError, type SthenoClient } from '../../src/client/index.ts';
import { formatSubject } from '../../src/tuple/tuple-text.ts';
import { callProgram } from '../cli/support/call-program.ts';
import { openClient, TRANSPORTS } from '../client/support/open-client.ts';
import { testDatabases } from '../support/databases.ts';
import { compareBytes } from '../support/list-agreement.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
class Folder implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}
class Doc implements Namespace {
  related: { parents: Folder[], owners: User[], banned: User[] }
  permits = {
    view: (ctx: Context): boolean =>
      (this.related.owners.includes(ctx.subject) ||
        this.related.parents.traverse((p) => p.permits.view(ctx))) &&
      !this.related.banned.includes(ctx.subject),
    edit: (ctx: Context): boolean => this.related.owners.includes(ctx.subject),
  }
}`;

/** Names whose order by UTF-16 units, by bytes and as they were written are different ones. */
const DOCS = ['z', 'a', 'ä', '\u{1f600}', '\uff5e', 'a#b', 'x'.repeat(300), `${'x'.repeat(300)}y`, 'with space'];
const IN_ORDER = DOCS.toSorted(compareBytes).filter((name) => name.length < 300);
const SUBJECTS = ['ann', 'bob', 'Group:eng#members', 'Group:ops#members'];

for (const kind of testDatabases()) {
  describe(`lists, with the tuples in ${kind.name}`, () => {
    let database: Awaited<ReturnType<typeof kind.create>>;
    let server: ReplayServer;
    let client: SthenoClient;
    before(async () => {
      database = await kind.create();
      server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config: { dsn: database.dsn } });
      client = openClient(server);
      await client.write([
        { insert: 'Group:eng#members@ann' },
        { insert: 'Group:eng#members@(Group:ops#members)' },
        { insert: 'Group:ops#members@bob' },
        { insert: 'Folder:plans#viewers@(Group:eng#members)' },
        ...DOCS.map((object) => ({
          insert: {
            namespace: 'Doc',
            object,
            relation: 'parents',
            subject: { namespace: 'Folder', object: 'plans' },
          },
        })),
        { insert: 'Doc:secret#parents@Folder:plans' },
        { insert: 'Doc:secret#banned@ann' },
        { insert: 'Doc:mine#owners@ann' },
      ]);
    });
    after(async () => {
      client.close();
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    const get = async (route: string, query: Readonly<Record<string, string>>) => {
      const parameters = new URLSearchParams(query);
      const url = `http://127.0.0.1:${server.port('read')}/relation-tuples/list-${route}?${parameters}`;
      const response = await fetch(url);
      const body = (await response.json()) as Readonly<Record<string, unknown>>; // an object, whatever the status
      return { status: response.status, headers: response.headers, body };
    };
    const cli = (...words: string[]) =>
      callProgram(['list', ...words, '--insecure-disable-transport-security'], {
        env: { KETO_READ_REMOTE: `127.0.0.1:${server.port('read')}` },
      });
    const isShort = (name: string): boolean => name.length < 300;

    for (const [name, transport] of Object.entries(TRANSPORTS)) {
      it(`are given page by page over ${name}`, async () => {
        const own = openClient(server, { transport });
        for (const pageSize of [1, 3, 1000]) {
          const objects = await collected(
            own.listObjects({ namespace: 'Doc', relation: 'view', subject: 'ann' }, { pageSize }),
          );
          assert.deepEqual(objects.filter(isShort), [...IN_ORDER, 'mine'].sort(compareBytes));
          assert.equal(new Set(objects).size, DOCS.length + 1);
          const subjects = await collected(own.listSubjects('Doc:a#view', { pageSize }));
          assert.deepEqual(subjects.map(formatSubject), SUBJECTS);
        }
        const question = { namespace: 'Doc', object: 'a', subject: 'ann' };
        const { relations, undetermined, snaptoken } = await own.listPermissions(question);
        assert.deepEqual([relations, undetermined], [['view'], []]);
        assert.match(snaptoken, /^[\w-]{20}$/);
        own.close();
      });

      it(`are of one state in the streams of the SDK over ${name}`, async () => {
        const own = openClient(server, { transport });
        const question = { namespace: 'Doc', relation: 'view', subject: 'bob' };
        assert.deepEqual(await collected(own.streamObjects(question)), await collected(own.listObjects(question)));
        const options = { kind: 'id' } as const;
        assert.deepEqual(
          await collected(own.streamSubjects('Doc:secret#view', options)),
          await collected(own.listSubjects('Doc:secret#view', options)),
        );
        const pages = await collected(own.streamObjectPages(question));
        const [first] = await collected(own.streamSubjectPages('Doc:secret#view'));
        assert.deepEqual(
          new Set([...pages, first].map((page) => `${page?.snaptoken} ${page?.modelId} ${page?.nextPageToken}`)).size,
          1,
        );
        const refused = collected(own.streamObjects({ ...question, namespace: 'Nowhere' }));
        await assert.rejects(refused, (error) => error instanceof RequestError && error.code === 'not_found');
        own.close();
      });

      it(`are streamed over ${name}`, async () => {
        const streams = createClient(LookupService, transport(`http://127.0.0.1:${server.port('read')}`));
        const subject = { ref: { case: 'id', value: 'bob' } } as const;
        const objects = [];
        for await (const message of streams.streamObjects({ namespace: 'Doc', relation: 'view', subject })) {
          assert.match(message.snaptoken, /^[\w-]{20}$/);
          objects.push(...message.objects);
        }
        assert.deepEqual(objects.filter(isShort), [...IN_ORDER, 'secret'].sort(compareBytes));
        const subjects = await collected(
          streams.streamSubjects({ namespace: 'Doc', object: 'secret', relation: 'view' }),
        );
        assert.equal(subjects.flatMap((message) => message.subjects).length, 3);
        const nothing = await collected(streams.streamSubjects({ namespace: 'Doc', object: 'no', relation: 'view' }));
        assert.deepEqual(
          nothing.map((message) => [message.subjects, message.snaptoken.length]),
          [[[], 20]],
        );
      });
    }

    it('are given over REST, with their snaptoken in the body and as a header', async () => {
      const ann = { namespace: 'Doc', subject_id: 'ann' };
      const first = await get('objects', { ...ann, relation: 'view', page_size: '2' });
      assert.deepEqual([first.status, first.body.objects], [200, [...IN_ORDER, 'mine'].sort(compareBytes).slice(0, 2)]);
      assert.equal(first.headers.get('stheno-snaptoken'), first.body.snaptoken);
      const token = String(first.body.next_page_token);
      const rest = await get('objects', { ...ann, relation: 'view', page_token: token });
      assert.deepEqual([(rest.body.objects as string[]).length, rest.body.next_page_token], [DOCS.length - 1, '']);

      const { body: subjects } = await get('subjects', { namespace: 'Doc', object: 'a', relation: 'view' });
      assert.deepEqual(subjects.subjects, [
        { subject_id: 'ann' },
        { subject_id: 'bob' },
        { subject_set: { namespace: 'Group', object: 'eng', relation: 'members' } },
        { subject_set: { namespace: 'Group', object: 'ops', relation: 'members' } },
      ]);
      const { body: permissions } = await get('permissions', { ...ann, object: 'mine' });
      assert.deepEqual(permissions.relations, ['edit', 'owners', 'view']);
      assert.equal(permissions.undetermined, undefined);
    });

    it('have the subjects that a filter lets through', async () => {
      const question = { namespace: 'Doc', object: 'a', relation: 'view' };
      const cases: [Readonly<Record<string, string>>, number][] = [
        [{ subject_kind: 'id' }, 2],
        [{ subject_kind: 'set' }, 2],
        [{ subject_namespace: 'Group' }, 2],
        [{ subject_namespace: 'Group', subject_relation: 'members' }, 2],
        [{ subject_relation: 'owners' }, 0],
        [{ subject_namespace: 'Doc' }, 0],
      ];
      for (const [filter, count] of cases) {
        const { body } = await get('subjects', { ...question, ...filter });
        assert.equal((body.subjects as unknown[]).length, count, JSON.stringify(filter));
      }
      const sets = await collected(client.listSubjects('Doc:a#view', { kind: 'set', pageSize: 1 }));
      assert.deepEqual(sets.map(formatSubject), SUBJECTS.slice(2));
    });

    it('answer for subject sets', async () => {
      const question = { namespace: 'Folder', relation: 'view', subject: 'Group:ops#members' };
      assert.deepEqual(await collected(client.listObjects(question)), ['plans']);
    });

    it('are printed by the program', async () => {
      const objects = await cli('objects', 'ann', 'view', 'Doc', '-q', '--page-size', '2', '--all');
      assert.deepEqual(objects.stdout.trimEnd().split('\n').filter(isShort), [...IN_ORDER, 'mine'].sort(compareBytes));
      const page = JSON.parse(
        (await cli('objects', 'ann', 'view', 'Doc', '--page-size', '2', '--format', 'json')).stdout,
      );
      assert.equal(page.objects.length, 2);
      const next = await cli('objects', 'ann', 'view', 'Doc', '--page-token', page.next_page_token, '-q');
      assert.equal(next.stdout.trimEnd().split('\n').length, DOCS.length - 1);

      const subjects = await cli('subjects', 'view', 'Doc:a', '-q');
      assert.equal(subjects.stdout, `${SUBJECTS.join('\n')}\n`);
      assert.equal((await cli('subjects', 'view', 'Doc:a', '--kind', 'id', '-q')).stdout, 'ann\nbob\n');
      const table = await cli('subjects', 'view', 'Doc:a', '--kind', 'id');
      assert.match(table.stdout, /^SUBJECT\s+\nann\s+\nbob\s+\n/);

      const permissions = await cli('permissions', 'ann', 'Doc:mine', '-q');
      assert.equal(permissions.stdout, 'edit\nowners\nview\n');
      const asked = await cli('permissions', 'ann', 'Doc:mine', '--relation', 'view,banned,nothing', '-q');
      assert.deepEqual(
        [asked.stdout, asked.stderr],
        ['view\n', 'Warning: nothing could not be determined (UNDECLARED_RELATION).\n'],
      );
    });

    it('print nothing that a terminal would obey', async () => {
      const object = 'e\u001b[31mvil\nplan';
      const subject = { id: 'mallory\r\u009b' };
      await client.write([{ insert: { namespace: 'Folder', object, relation: 'viewers', subject } }]);
      for (const [words, shown] of [
        [['objects', subject.id, 'view', 'Folder'], 'e\ufffd[31mvil\ufffdplan'],
        [['subjects', 'view', `Folder:${object}`], 'mallory\ufffd\ufffd'],
      ] as const) {
        assert.equal((await cli(...words, '-q')).stdout, `${shown}\n`);
        assert.equal((await cli(...words)).stdout.split('\n')[1]?.trimEnd(), shown);
      }
      const exact = await cli('objects', subject.id, 'view', 'Folder', '--format', 'json');
      assert.deepEqual(JSON.parse(exact.stdout).objects, [object]);
      await client.write([{ delete: { namespace: 'Folder', object, relation: 'viewers', subject } }]);
    });

    it('name what limited them', async () => {
      const question = { namespace: 'Doc', relation: 'view', subject: 'bob' };
      const [page] = await collected(client.listObjectPages(question, { maxDepth: 1 }));
      assert.deepEqual([page?.objects, page?.limitation], [[], 'depth']);
      const printed = await cli('objects', 'bob', 'view', 'Doc', '--max-depth', '1', '-q');
      assert.equal(printed.stderr, 'Warning: the list may not be complete (DEPTH).\n');
      const permissions = await client.listPermissions(
        { namespace: 'Doc', object: 'a', subject: 'bob', relations: ['view', 'nothing', 'owners'] },
        { maxDepth: 1 },
      );
      assert.deepEqual(permissions.undetermined, [
        { relation: 'view', limitation: 'depth' },
        { relation: 'nothing', limitation: 'undeclared_relation' },
      ]);
    });

    it('are refused for what they cannot be made of', async () => {
      const refused = (code: string) => (error: unknown) => error instanceof RequestError && error.code === code;
      const question = { namespace: 'Doc', relation: 'view', subject: 'ann' };
      const lists: [() => Promise<unknown>, string][] = [
        [() => collected(client.listObjects({ ...question, namespace: 'Nowhere' })), 'not_found'],
        [() => collected(client.listObjects({ ...question, relation: 'veiw' })), 'invalid_argument'],
        [() => collected(client.listObjects({ ...question, subject: 'Nowhere:a#b' })), 'not_found'],
        [() => collected(client.listObjects(question, { pageToken: 'no token' })), 'invalid_argument'],
        [() => collected(client.listObjects(question, { snaptoken: 'no token' })), 'invalid_argument'],
        [() => collected(client.listSubjects('Doc:a#veiw')), 'invalid_argument'],
        [() => collected(client.listSubjects('Nowhere:a#view')), 'not_found'],
        [() => collected(client.listSubjects('Doc:a#view', { namespace: 'Nowhere' })), 'not_found'],
        [() => collected(client.listSubjects('Doc:a#view', { kind: 'id', namespace: 'Group' })), 'invalid_argument'],
        [() => client.listPermissions({ namespace: 'Nowhere', object: 'a', subject: 'ann' }), 'not_found'],
      ];
      for (const [list, code] of lists) await assert.rejects(list(), refused(code), code);
      const rest: [string, Readonly<Record<string, string>>, number][] = [
        ['objects', { namespace: 'Doc', relation: 'view' }, 400],
        ['objects', { namespace: 'Doc', subject_id: 'ann' }, 400],
        ['objects', { namespace: 'Doc', relation: 'view', subject_id: 'ann', page_size: 'many' }, 400],
        ['objects', { namespace: 'Nowhere', relation: 'view', subject_id: 'ann' }, 404],
        ['subjects', { namespace: 'Doc', object: 'a' }, 400],
        ['subjects', { namespace: 'Doc', object: 'a', relation: 'view', subject_kind: 'both' }, 400],
        ['permissions', { namespace: 'Doc', subject_id: 'ann' }, 400],
        ['permissions', { namespace: 'Doc', object: 'a', subject_id: 'ann', consistency: 'none' }, 400],
      ];
      for (const [route, query, status] of rest) {
        assert.equal((await get(route, query)).status, status, `${route} ${JSON.stringify(query)}`);
      }
    });

    it('refuse the page token of another question', async () => {
      const question = { namespace: 'Doc', relation: 'view', subject: 'ann' };
      const { value: page } = await client.listObjectPages(question, { pageSize: 1 }).next();
      const pageToken = page?.nextPageToken ?? '';
      assert.notEqual(pageToken, '');
      const changes = [{ namespace: 'Folder' }, { relation: 'edit' }, { subject: 'bob' }, { subject: 'Doc:a#view' }];
      for (const change of changes) {
        await assert.rejects(
          collected(client.listObjects({ ...question, ...change }, { pageToken })),
          /pagination token/,
        );
      }
      await assert.rejects(collected(client.listSubjects('Doc:a#view', { pageToken })), /invalid pagination token/);
      await assert.rejects(collected(client.listTuples({ namespace: 'Doc' }, { pageToken })), /pagination token/);
    });

    it('see a write that they are told of', async () => {
      const { snaptoken } = await client.write([{ insert: 'Doc:new#owners@eve' }]);
      const question = { namespace: 'Doc', relation: 'edit', subject: 'eve' };
      assert.deepEqual(await collected(client.listObjects(question, { snaptoken })), ['new']);
      assert.deepEqual(await collected(client.listObjects(question, { consistency: 'latest' })), ['new']);
      const query = { namespace: 'Doc', relation: 'edit', subject_id: 'eve' };
      for (const wish of [{}, { latest: 'true' }, { snaptoken }]) {
        assert.deepEqual((await get('objects', { ...query, ...wish })).body.objects, ['new']);
      }
    });

    it('are counted', async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${server.port('metrics')}/metrics/prometheus`)).text();
      assert.match(metrics, /^stheno_lists_total\{kind="objects",limitation=""\} \d+$/m);
      assert.match(metrics, /^stheno_list_duration_seconds_count\{kind="permissions",source="\w+"\} \d+$/m);
    });
  });
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
