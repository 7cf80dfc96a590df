import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { formatSubject, formatTuple, RequestError, SthenoClient, type TupleInput } from '../../src/client/index.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { openClient, TRANSPORTS } from './support/open-client.ts';

const MODEL = `
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
class Doc implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}`;

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  describe(`SthenoClient with ${name}`, () => {
    let server: ReplayServer;
    let client: SthenoClient;
    before(async () => {
      const config = { limit: { max_batch_check_size: 2000 } };
      server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config });
      client = openClient(server, { transport });
      await client.write([
        { insert: 'Group:eng#members@ann' },
        { insert: 'Group:all#members@(Group:eng#members)' },
        { insert: 'Doc:plan#viewers@(Group:all#members)' },
      ]);
    });
    after(async () => {
      client.close();
      await server[Symbol.asyncDispose]();
    });

    it('checks', async () => {
      assert.equal(await client.check('Doc:plan#view@ann'), true);
      assert.equal(await client.check('Doc:plan#view@bob'), false);
      const parts = { namespace: 'Doc', object: 'plan', relation: 'view', subject: { id: 'ann' } };
      assert.equal(await client.check(parts), true);
    });

    it('tells which limit kept an answer from being found', async () => {
      const shallow = await client.checkDetails('Doc:plan#view@ann', { maxDepth: 2 });
      assert.deepEqual([shallow.allowed, shallow.limitation], [false, 'depth']);
      const deep = await client.checkDetails('Doc:plan#view@ann');
      assert.deepEqual([deep.allowed, deep.limitation], [true, undefined]);
      assert.match(deep.snaptoken, /^[\w-]{20}$/);
    });

    it('checks many at once, each with its own error', async () => {
      const results = await client.checkMany(['Doc:plan#view@ann', 'Doc:plan#view@bob', 'Nowhere:a#b@c'], {
        maxDepth: 25,
      });
      assert.deepEqual(
        results.map(({ allowed, error }) => [allowed, error]),
        [
          [true, undefined],
          [false, undefined],
          [false, 'The requested resource could not be found'],
        ],
      );
      const shallow = await client.checkMany(['Group:eng#members@ann', 'Doc:plan#view@ann'], { maxDepth: 2 });
      assert.deepEqual(
        shallow.map(({ allowed, limitation }) => [allowed, limitation]),
        [
          [true, undefined],
          [false, 'depth'],
        ],
      );
    });

    it('tells the limits of more checks than the server names one by one', async () => {
      const limited = Array.from({ length: 1001 }, () => 'Doc:plan#view@ann');
      const tuples = ['Group:eng#members@ann', ...limited, 'Group:eng#members@ann', 'Doc:plan#view@ann'];
      const results = await client.checkMany(tuples, { maxDepth: 2 });
      const certain = results.flatMap(({ limitation }, index) => (limitation === undefined ? [index] : []));
      assert.deepEqual(certain, [0, 1002], 'the two that are allowed');
    });

    it('expands sets', async () => {
      const { tree, snaptoken } = await client.expand('Doc:plan#viewers');
      const [all] = tree?.children ?? [];
      assert.equal(tree?.kind, 'union');
      assert.deepEqual(tree?.subject, { kind: 'set', namespace: 'Doc', object: 'plan', relation: 'viewers' });
      assert.equal(all?.subject && formatSubject(all.subject), 'Group:all#members');
      assert.deepEqual(all?.children[0]?.children, [
        { kind: 'leaf', subject: { kind: 'id', id: 'ann' }, children: [] },
      ]);
      assert.notEqual(snaptoken, '');
    });

    it('lists tuples over pages', async () => {
      const texts: string[] = [];
      for await (const tuple of client.listTuples({}, { pageSize: 2 })) texts.push(formatTuple(tuple));
      assert.deepEqual(texts, [
        'Doc:plan#viewers@Group:all#members',
        'Group:all#members@Group:eng#members',
        'Group:eng#members@ann',
      ]);
    });

    it('lists page by page and goes on at a token', async () => {
      const query = { namespace: 'Group', relation: 'members' };
      const first = await client.listTuplePages(query, { pageSize: 1 }).next();
      assert.ok(first.value);
      assert.equal(first.value.tuples.length, 1);
      const rest = client.listTuplePages(query, { pageSize: 1, pageToken: first.value.nextPageToken });
      const second = await rest.next();
      assert.deepEqual(second.value?.tuples.map(formatTuple), ['Group:eng#members@ann']);
      assert.equal(second.value?.nextPageToken, undefined);
      assert.equal((await rest.next()).done, true);
    });

    it('filters by subject, and by what is empty', async () => {
      const found = async (query: Parameters<typeof client.listTuples>[0]): Promise<string[]> => {
        const texts: string[] = [];
        for await (const tuple of client.listTuples(query)) texts.push(formatTuple(tuple));
        return texts;
      };
      assert.deepEqual(await found({ subject: 'Group:eng#members' }), ['Group:all#members@Group:eng#members']);
      assert.deepEqual(await found({ subject: { id: 'ann' } }), ['Group:eng#members@ann']);
      assert.deepEqual(await found({ namespace: 'Group', object: '' }), []);
    });

    it('applies changes in their order and deletes what matches', async () => {
      await client.write([{ insert: 'Group:tmp#members@eve' }, { delete: 'Group:tmp#members@eve' }]);
      assert.equal(await client.check('Group:tmp#members@eve'), false);
      await client.write([{ insert: 'Group:tmp#members@eve' }, { insert: 'Group:tmp#members@kim' }]);
      assert.equal(await client.check('Group:tmp#members@eve'), true);
      const { snaptoken } = await client.deleteTuples({ namespace: 'Group', object: 'tmp' });
      assert.equal(await client.check('Group:tmp#members@eve', { snaptoken }), false);
      assert.equal((await client.listTuples({ object: 'tmp' }).next()).done, true);
    });

    it('tells about the server and the model', async () => {
      assert.deepEqual(await client.listNamespaces(), ['Doc', 'Group', 'User']);
      assert.match(await client.version(), /^v\d/);
      for (const port of ['read', 'write', 'opl'] as const) assert.equal(await client.health({ port }), 'serving');
    });

    it('checks the syntax of models', async () => {
      assert.deepEqual(await client.checkSyntax(MODEL), []);
      const [problem] = await client.checkSyntax('class User implements Namespace {}\nclass 7');
      assert.deepEqual(problem?.start, { line: 2, column: 6 });
    });

    it('warns about models', async () => {
      const unused = `${MODEL}\nclass Unused implements Namespace {}`;
      assert.deepEqual(await client.checkSyntax(unused), []);
      const { errors, warnings } = await client.checkSyntaxDetails(unused);
      assert.deepEqual(errors, []);
      assert.deepEqual(warnings, [
        {
          message: 'namespace "Unused" declares nothing, and nothing refers to it',
          start: { line: 8, column: 6 },
          end: { line: 8, column: 12 },
        },
      ]);
    });

    for (const number of [1.5, Number.NaN, 2 ** 31, untyped<number>('2')]) {
      it(`sends nothing for the number ${number}`, async () => {
        const rejected = (name: string) => ({
          name: 'RequestError',
          code: 'invalid_argument',
          message: `${name} must be a whole number of at most 2147483647, but is ${number}`,
          attempts: 0,
        });
        const depth = { maxDepth: number };
        await assert.rejects(client.check('Doc:plan#view@ann', depth), rejected('maxDepth'));
        await assert.rejects(client.checkMany(['Doc:plan#view@ann'], depth), rejected('maxDepth'));
        await assert.rejects(client.expand('Doc:plan#viewers', depth), rejected('maxDepth'));
        await assert.rejects(client.listTuples({}, { pageSize: number }).next(), rejected('pageSize'));
      });
    }

    it('throws one kind of error, with code and reason', async () => {
      await assert.rejects(client.check('Nowhere:a#b@c'), {
        name: 'RequestError',
        code: 'not_found',
        message: 'The requested resource could not be found',
        reason: 'Unknown namespace with name "Nowhere".',
        attempts: 1,
      });
      await assert.rejects(client.check('Doc:plan#edit@ann'), {
        code: 'invalid_argument',
        reason: 'relation "edit" does not exist',
      });
    });

    const malformed: { tuple: TupleInput; message: string }[] = [
      {
        tuple: 'Doc:plan@ann',
        message: 'tuple "Doc:plan@ann" does not have the form namespace:object#relation@subject',
      },
      {
        tuple: { namespace: 'Doc', object: 'plan', relation: 'view', subject: 'Group#a:b' },
        message: 'subject "Group#a:b" does not have the form id or namespace:object#relation',
      },
      { tuple: untyped(undefined), message: 'a tuple must be a text or its parts, but is undefined' },
      {
        tuple: untyped({ namespace: 'Doc', object: 'plan', relation: 'view' }),
        message: 'a subject must be a text or its parts, but is undefined',
      },
      {
        tuple: untyped({ namespace: 'Doc', object: 7, relation: 'view', subject: 'ann' }),
        message: 'object must be a string, but is number',
      },
      {
        tuple: untyped({ namespace: 'Doc', object: 'plan', relation: 'view', subject: { id: null } }),
        message: 'id must be a string, but is null',
      },
      {
        tuple: untyped({ namespace: 'Doc', object: 'plan', relation: 'view', subject: { namespace: 'Group' } }),
        message: 'object must be a string, but is undefined',
      },
    ];
    for (const { tuple, message } of malformed) {
      it(`sends nothing for ${JSON.stringify(tuple)}`, async () => {
        const rejected = { name: 'RequestError', code: 'invalid_argument', message, attempts: 0 };
        await assert.rejects(client.check(tuple), rejected);
        await assert.rejects(client.checkMany([tuple]), rejected);
        await assert.rejects(client.write([{ insert: tuple }]), rejected);
      });
    }

    const careless: { query: object; message: string }[] = [
      {
        query: { namespace: 'Group', object: undefined },
        message: 'object of the query is undefined: leave it out to delete any',
      },
      { query: { namespace: 'Group', objekt: 'tmp' }, message: 'a query has no "objekt"' },
    ];
    for (const { query, message } of careless) {
      it(`deletes nothing when ${message}`, async () => {
        const rejected = { name: 'RequestError', code: 'invalid_argument', message, attempts: 0 };
        await assert.rejects(client.deleteTuples(untyped(query)), rejected);
        assert.equal(await client.check('Group:eng#members@ann'), true);
      });
    }

    it('wants a change to be an insert or a delete', async () => {
      const rejected = { code: 'invalid_argument', message: 'a change must have either insert or delete' };
      const tuple = 'Group:tmp#members@eve';
      await assert.rejects(client.write([untyped({})]), rejected);
      await assert.rejects(client.write([{ insert: tuple, delete: tuple }]), rejected);
    });

    it('ends a call when its signal is aborted', async () => {
      const error = await client.check('Doc:plan#view@ann', { signal: AbortSignal.abort() }).catch((e: unknown) => e);
      assert.ok(error instanceof RequestError);
      assert.equal(error.code, 'canceled');
    });
  });
}

describe('the URLs of a SthenoClient', () => {
  it('are one URL where nothing else is said', async () => {
    await using server = await ReplayServer.start({ namespaces: [{ id: 0, name: 'files' }] });
    const client = new SthenoClient({ baseUrl: `http://127.0.0.1:${server.port('write')}/` });
    await client.write([{ insert: 'files:a#owner@ann' }]);
    assert.equal(await client.check('files:a#owner@ann'), true);
  });

  it('are missed by the calls that need them', async () => {
    const client = new SthenoClient({ readUrl: 'http://127.0.0.1:1' });
    await assert.rejects(client.write([]), {
      code: 'invalid_argument',
      message: 'the client has no URL for this call: set writeUrl or baseUrl',
    });
  });

  it('that cannot be reached are an error that says why', async () => {
    const client = new SthenoClient({ baseUrl: 'http://127.0.0.1:1', retry: { maxAttempts: 1 } });
    await assert.rejects(client.check('files:a#owner@ann'), {
      code: 'unavailable',
      message: /^fetch failed: ./,
    });
  });

  for (const options of [undefined, null, {}]) {
    it(`are missed at once in ${JSON.stringify(options)}`, () => {
      assert.throws(() => new SthenoClient(untyped(options)), {
        name: 'RequestError',
        code: 'invalid_argument',
        message: 'the client has no URL: set baseUrl, or readUrl, writeUrl and oplUrl',
      });
    });
  }

  it('must be URLs', () => {
    assert.throws(() => new SthenoClient({ baseUrl: 'localhost:4466' }), {
      name: 'RequestError',
      message: 'baseUrl must be a URL with http:// or https://, but is "localhost:4466"',
    });
  });
});

/** As a caller without types would pass it. */
function untyped<T>(value: unknown): T {
  return value as T;
}
