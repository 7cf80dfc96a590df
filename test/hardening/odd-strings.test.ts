import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { testDatabases } from '../support/databases.ts';
import { APIS } from './support/api.ts';
import { HardenedServer } from './support/hardened-server.ts';

const STRINGS: Readonly<Record<string, string>> = {
  'empty strings': '',
  NUL: 'a\0b',
  'header and terminal injection': 'x\r\nset-cookie: a=b\r\n\r\n\u001b[2J',
  markup: '<script>alert("&")</script>\u2028',
  'characters of the text form': ':#@()//%zz&;=+ ',
  'text right to left and beyond the basic plane': '\u202eabc\u{10FFFF}\uFFFF',
  '100 KB': 'long '.repeat(20_000),
};

for (const kind of testDatabases()) {
  describe(`on ${kind.name}`, () => {
    let database: Awaited<ReturnType<typeof kind.create>>;
    let server: HardenedServer;
    before(async () => {
      database = await kind.create();
      server = await HardenedServer.start(database.dsn);
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    for (const [name, open] of Object.entries(APIS)) {
      for (const [what, text] of Object.entries(STRINGS)) {
        it(`${name} keeps ${what}`, async () => {
          using api = open(server.address);
          const tuples = tuplesWith(text);
          await api.write(tuples);
          assert.deepEqual(new Set(await api.list()), new Set(tuples));
          for (const tuple of tuples) assert.equal(await api.check(tuple), true);
          await api.delete(tuples);
          assert.deepEqual(await api.list(), []);
          await server.assertUnharmed();
        });
      }
    }

    it('carries an object of 1 MB through every API, and its page token through a URL', async () => {
      const objects = ['a', 'b'].map((letter) => letter.repeat(1024 * 1024));
      const tuples = objects.map(
        (object): RelationTuple => ({ namespace: 'n', object, relation: 'r', subject: { kind: 'id', id: 'u' } }),
      );
      for (const open of Object.values(APIS)) {
        using api = open(server.address);
        await api.write(tuples);
        assert.deepEqual(await api.list(), tuples);
        assert.equal(await api.check(tuples[1] ?? assert.fail()), true);
        await api.delete(tuples);
      }
      await server.assertUnharmed();
    });

    it('reads halves of surrogate pairs in JSON as U+FFFD, or refuses them', async () => {
      const tuple = '{"namespace":"n","object":"\\ud800","relation":"\\udc00x","subject_id":"y\\udbff"}';
      const put = await fetch(`${server.url}/admin/relation-tuples`, { method: 'PUT', body: tuple });
      assert.equal(put.status, 201);
      const listed = await fetch(`${server.url}/relation-tuples?namespace=n&object=%EF%BF%BD`);
      const [stored] = ((await listed.json()) as { relation_tuples: object[] }).relation_tuples;
      assert.deepEqual(stored, { namespace: 'n', object: '\ufffd', relation: '\ufffdx', subject_id: 'y\ufffd' });
      const connect = await fetch(`${server.url}/ory.keto.relation_tuples.v1alpha2.CheckService/Check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"namespace":"n","object":"\\ud800","relation":"\\udc00x","subject":{"id":"y\\udbff"}}',
      });
      assert.ok([200, 400].includes(connect.status), `${connect.status}`);
      const gone = await fetch(`${server.url}/admin/relation-tuples?namespace=n`, { method: 'DELETE' });
      assert.equal(gone.status, 204);
      await server.assertUnharmed();
    });

    it('finds nothing for bytes in a query that are no UTF-8, and says so without a fault', async () => {
      for (const [query, status] of [
        ['namespace=%ff', 404],
        ['namespace=n&object=%ff', 200],
        ['namespace=n&relation=%C3', 200],
        ['namespace=n&subject_id=%ED%A0%80', 200],
        ['namespace=n&relation=%00', 200],
      ] as const) {
        const response = await fetch(`${server.url}/relation-tuples?${query}`);
        assert.equal(response.status, status, query);
        const { relation_tuples: found = [] } = (await response.json()) as { relation_tuples?: object[] };
        assert.deepEqual(found, [], query);
      }
      await server.assertUnharmed();
    });
  });
}

/** Tuples with the text in each part that may hold any. */
function tuplesWith(text: string): RelationTuple[] {
  const id = { kind: 'id', id: 'u' } as const;
  return [
    { namespace: 'n', object: text, relation: 'r', subject: id },
    { namespace: 'n', object: 'o', relation: text, subject: id },
    { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: text } },
    {
      namespace: 'n',
      object: text,
      relation: text,
      subject: { kind: 'set', namespace: 'm', object: text, relation: text },
    },
    { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'set', namespace: '', object: text, relation: '' } },
  ];
}
