import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type TestDatabaseKind, testDatabases } from '../support/databases.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const MODEL = 'class User implements Namespace {}\nclass Doc implements Namespace { related: { owners: User[] } }';

// The contract of persisters is shown on every database.
const KINDS = testDatabases().filter(({ name }) => name === 'SQLite memory' || name === 'PostgreSQL');

for (const kind of KINDS) {
  describe(`routes of tuples in bulk on ${kind.name}`, () => {
    let rest: Rest;
    before(async () => {
      rest = await Rest.start(kind);
    });
    after(() => rest[Symbol.asyncDispose]());

    it('write under conditions', async () => {
      const insert = (id: string) => ({ action: 'insert', relation_tuple: tuple('conditions', id) });
      const none = [{ kind: 'must_not_exist', query: { namespace: 'Doc', object: 'conditions' } }];
      const request = { changes: [insert('a'), { action: 'delete', relation_tuple: tuple('conditions', 'b') }] };
      const first = await rest.post('transact', { ...request, preconditions: none, idempotency_key: 'k' });
      assert.deepEqual([first.status, first.body.effective], [200, [0]]);
      assert.match(String(first.body.model_id), /^config-[0-9a-f]{16}$/);
      assert.equal(first.headers.get('stheno-snaptoken'), first.body.snaptoken);
      const repeated = await rest.post('transact', { ...request, preconditions: none, idempotency_key: 'k' });
      assert.deepEqual(repeated.body, first.body);
      const failures: readonly [body: object, status: number, error: object][] = [
        [
          { ...request, preconditions: none },
          422,
          {
            code: 422,
            status: 'Unprocessable Entity',
            details: { domain: 'stheno', reason: 'PRECONDITION_FAILED', metadata: { index: '0' } },
            message: 'preconditions[0] does not hold: a tuple matches',
          },
        ],
        [
          { ...request, idempotency_key: 'k' },
          409,
          {
            code: 409,
            status: 'Conflict',
            details: { domain: 'stheno', reason: 'IDEMPOTENCY_KEY_REUSED', metadata: {} },
            message: 'the idempotency key was used for another request',
          },
        ],
        [
          { ...request, on_existing: 'fail' },
          409,
          {
            code: 409,
            status: 'Conflict',
            details: { domain: 'stheno', reason: 'TUPLE_EXISTS', metadata: { index: '0' } },
            message: 'changes[0]: the tuple is stored already',
          },
        ],
      ];
      for (const [body, status, error] of failures) {
        const failed = await rest.post('transact', body);
        assert.deepEqual([failed.status, failed.body], [status, { error }]);
      }
    });

    it('refuse what makes no sense, say where, and change nothing', async () => {
      await rest.import(linesOf([tuple('kept', 'a')]));
      const cases: readonly [path: string, body: unknown, message: string][] = [
        ['transact', [], 'the body must be an object, not an array'],
        ['transact', { changes: [{ action: 'upsert' }] }, 'changes[0].action must be insert or delete, not "upsert"'],
        ['transact', { changes: [{ action: 'insert' }] }, 'changes[0].relation_tuple is missing'],
        ['transact', { changes: [change({ subject_id: undefined })] }, `${SUBJECT_ID} or ${SUBJECT_SET} is missing`],
        ['transact', { changes: [change({ object: undefined })] }, 'changes[0].relation_tuple.object is missing'],
        ['transact', { changes: [change({}), change({ oject: 'o' })] }, 'changes[1].relation_tuple.oject is unknown'],
        ['transact', { changes: [change({ subject_set: {} })] }, `${SUBJECT_ID} and ${SUBJECT_SET} exclude each other`],
        [
          'transact',
          { changes: [change({ subject_id: undefined, subject_set: { namespace: 'Doc', oject: 'o' } })] },
          `${SUBJECT_SET}.oject is unknown`,
        ],
        ['transact', { changes: [change({ subject_id: null })] }, `${SUBJECT_ID} must be a string, not null`],
        ['transact', { changes: [{ ...change({}), foo: 1 }] }, 'changes[0].foo is unknown'],
        ['transact', { changes: [{ ...change({}), relation_tuple: null }] }, `${TUPLE} must be an object, not null`],
        ['transact', { changes: [change({})], precondition: [] }, 'precondition is unknown'],
        ['transact', { changes: [change({})], preconditions: null }, 'preconditions must be an array, not null'],
        ['transact', { changes: null }, 'changes must be an array, not null'],
        ['transact', { changes: [change({})], idempotency_key: null }, 'idempotency_key must be a string, not null'],
        ['transact', { changes: [change({})], on_existing: null }, 'on_existing must be ignore or fail, not null'],
        ['transact', { preconditions: [null] }, 'preconditions[0] must be an object, not null'],
        [
          'transact',
          { preconditions: [{ kind: 'must_exist', query: { namespace: 'Doc' }, x: 1 }] },
          'preconditions[0].x is unknown',
        ],
        [
          'transact',
          { preconditions: [{ kind: 'must_exist', query: { namespace: 'Doc', object: null } }] },
          'preconditions[0].query.object must be a string, not null',
        ],
        ['transact', { preconditions: [{ kind: 'must_exist' }] }, 'preconditions[0].query must name a namespace'],
        [
          'transact',
          { preconditions: [{ query: {} }] },
          'preconditions[0].kind must be must_exist or must_not_exist, not missing',
        ],
        [
          'transact',
          { preconditions: [{ kind: 'must_exist', query: { nmespace: 'Doc' } }] },
          'preconditions[0].query.nmespace is unknown',
        ],
        ['transact', { on_missing: 'explode' }, 'on_missing must be ignore or fail, not "explode"'],
        ['delete', { query: {} }, 'the query must name a namespace'],
        ['delete', { query: { namespace: 'Doc' }, limit: 1.5 }, 'limit must be a whole number of 32 bits, not 1.5'],
        ['delete', { query: { namespace: 'Doc' }, dry_run: 1 }, 'dry_run must be true or false, not 1'],
        ['delete', { query: { namespace: 'Doc', oject: 'o' } }, 'query.oject is unknown'],
        ['delete', { query: { namespace: 'Doc' }, dryRun: true }, 'dryRun is unknown'],
        ['delete', { query: { namespace: 'Doc' }, Limit: 1 }, 'Limit is unknown'],
        ['delete', { query: { namespace: 'Doc' }, limit: null }, 'limit must be a whole number of 32 bits, not null'],
        ['delete', { query: { namespace: 'Doc' }, dry_run: null }, 'dry_run must be true or false, not null'],
        ['delete', { query: { namespace: 'Doc', Object: 'o' } }, 'query.Object is unknown'],
        ['delete', { query: { namespace: 'Doc', subject_id: null } }, 'query.subject_id must be a string, not null'],
        ['delete', { query: { namespace: 'Doc', subject_set: null } }, 'query.subject_set must be an object, not null'],
        ['delete', { query: { namespace: 'Doc', object: null } }, 'query.object must be a string, not null'],
        ['delete', { query: { namespace: 'Doc', subject_set: {} } }, 'query.subject_set.namespace is missing'],
        [
          'delete',
          { query: { namespace: 'Doc', subject_id: 'a', subject_set: {} } },
          'query.subject_id and query.subject_set exclude each other',
        ],
        ['delete', { query: null }, 'query must be an object, not null'],
        ['delete', null, 'the body must be an object, not null'],
      ];
      for (const [path, body, message] of cases) {
        const { status, body: answer } = await rest.post(path, body);
        assert.deepEqual([status, (answer.error as { message?: string } | undefined)?.message], [400, message]);
      }
      assert.equal((await rest.count('namespace=Doc&object=kept')).body.count, 1);
      assert.equal((await rest.count('namespace=Doc&object=new')).body.count, 0);
    });

    it('delete up to a limit, after a dry run', async () => {
      await rest.import(linesOf(Array.from({ length: 5 }, (_, i) => tuple('few', `${i}`))));
      const query = { namespace: 'Doc', object: 'few' };
      const dry = await rest.post('delete', { query, limit: 3, dry_run: true });
      assert.deepEqual([dry.body.count, dry.body.more], [3, true]);
      const first = await rest.post('delete', { query, limit: 3 });
      assert.deepEqual([first.body.count, first.body.more], [3, true]);
      const rest2 = await rest.post('delete', { query });
      assert.deepEqual([rest2.body.count, rest2.body.more], [2, false]);
    });

    const long = Buffer.alloc(4 * 2 ** 20, linesOf([tuple('plain', 'ann')]));
    for (const { what, body, message } of [
      { what: 'is not compressed as it says', body: long, message: /^the body is not what gzip makes/ },
      {
        what: 'is compressed and begins with a line that is none',
        // Kept as large as it was, so that it is refused while it arrives.
        body: gzipSync(Buffer.concat([Buffer.from('x\n'), long]), { level: 0 }),
        message: /^line 1: /,
      },
    ]) {
      it(`refuse an import that ${what} while it still arrives, and go on`, async () => {
        const refused = await rest.import(body, { 'content-encoding': 'gzip' });
        assert.equal(refused.status, 400);
        assert.match((refused.body.error as { message: string }).message, message); // the envelope of errors
        assert.equal((await rest.count('namespace=Doc&object=plain')).body.count, 0);
      });
    }

    it('give back what was imported, byte for byte and also compressed', async () => {
      const tuples = Array.from({ length: 2_345 }, (_, i) => tuple('round', `${String(i).padStart(5, '0')} "<é🗝>"`));
      const lines = linesOf(tuples);
      const imported = await rest.import(gzipSync(lines), { 'content-encoding': 'gzip' });
      assert.deepEqual(imported.body, {
        inserted: 2_345,
        deleted: 0,
        received: 2_345,
        snaptoken: imported.body.snaptoken,
      });
      const again = await rest.import(lines);
      assert.deepEqual([again.body.inserted, again.body.received], [0, 2_345]);
      const query = 'namespace=Doc&object=round';
      const plain = await rest.export(query, 'identity');
      assert.equal(plain.headers['content-type'], 'application/x-ndjson');
      assert.equal(plain.headers['stheno-snaptoken'], again.body.snaptoken);
      assert.deepEqual(
        plain.body
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
        tuples,
      );
      const compressed = await rest.export(query, 'gzip, deflate');
      assert.equal(compressed.headers['content-encoding'], 'gzip');
      assert.deepEqual(gunzipSync(compressed.body), plain.body);
      const counted = await rest.count(`${query}&snaptoken=${again.body.snaptoken}`);
      assert.deepEqual(counted.body, { count: 2_345, snaptoken: again.body.snaptoken });
    });

    it('import texts and changes, skip blank lines and comments', async () => {
      const lines = [
        '\ufeff// a comment',
        'Doc:mixed#owners@a',
        '',
        JSON.stringify({ action: 'insert', relation_tuple: tuple('mixed', 'b') }),
        JSON.stringify({ action: 'delete', relation_tuple: tuple('mixed', 'a') }),
        'Doc:mixed#owners@(Doc:x#owners)\r',
      ];
      const { body } = await rest.import(lines.join('\n'));
      assert.deepEqual([body.inserted, body.received], [2, 4]);
      const { body: exported } = await rest.export('namespace=Doc&object=mixed', 'identity');
      assert.deepEqual(
        exported
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
        [
          tuple('mixed', 'b'),
          {
            ...tuple('mixed', ''),
            subject_id: undefined,
            subject_set: { namespace: 'Doc', object: 'x', relation: 'owners' },
          },
        ].map((one) => JSON.parse(JSON.stringify(one))),
      );
    });

    for (const [name, bad, reason] of [
      ['is no tuple', 'nonsense', 'neither JSON nor namespace:object#relation@subject'],
      [
        'is half a tuple',
        '{"namespace":"Doc","object":"o","relation":"owners"}',
        'subject_id or subject_set is missing',
      ],
      ['is no JSON', '{"namespace":', 'not valid JSON'],
      [
        'has a field too many',
        '{"namespace":"Doc","object":"o","relation":"r","subject_id":"a","sub":1}',
        'sub is unknown',
      ],
      ['is not UTF-8', Buffer.from([0x44, 0xff]), 'not UTF-8'],
      ['is of no namespace', 'None:o#r@a', 'Unknown namespace with name "None".'],
    ] as const) {
      it(`say which line ${name}, and keep those before it`, async () => {
        const object = `bad-${name}`.replaceAll(' ', '-');
        const before = linesOf(Array.from({ length: 1_500 }, (_, i) => tuple(object, `${i}`)));
        const { status, body } = await rest.import(
          Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from('\n')]),
        );
        const isUnknown = name === 'is of no namespace';
        const kept = isUnknown ? 1_000 : 1_500; // a namespace is looked at with the whole transaction
        const error = body.error as { message: string; details: { reason: string; metadata: Record<string, string> } };
        assert.deepEqual(
          [status, error.message],
          [isUnknown ? 404 : 400, `line 1501: ${reason} (the first ${kept} changes are imported)`],
        );
        assert.deepEqual([error.details.reason, error.details.metadata.received], ['IMPORT_INCOMPLETE', `${kept}`]);
        assert.equal((await rest.count(`namespace=Doc&object=${object}`)).body.count, kept);
        const completed = await rest.import(before);
        assert.equal(completed.body.inserted, 1_500 - kept);
      });
    }

    it('keep what came before a client goes away', async () => {
      const lines = linesOf(Array.from({ length: 3_000 }, (_, i) => tuple('gone', `${i}`)));
      const request = httpRequest(rest.url('write', '/admin/relation-tuples/import'), { method: 'POST' });
      request.on('error', () => {}); // It is ended here.
      request.write(lines);
      for (let count = 0; count < 2_000; )
        ({ count } = (await rest.count('namespace=Doc&object=gone')).body as { count: number });
      request.destroy();
    });
  });
}

const TUPLE = 'changes[0].relation_tuple';
const SUBJECT_ID = `${TUPLE}.subject_id`;
const SUBJECT_SET = `${TUPLE}.subject_set`;

/** An insert that would be made but for these members. */
function change(members: object) {
  return { action: 'insert', relation_tuple: { ...tuple('new', 'a'), ...members } };
}

function tuple(object: string, id: string) {
  return { namespace: 'Doc', object, relation: 'owners', subject_id: id };
}

function linesOf(tuples: readonly object[]): string {
  return tuples.map((one) => `${JSON.stringify(one)}\n`).join('');
}

type Body = Readonly<Record<string, unknown>>;

/** A server in this process on a database of its own, and its REST API. */
class Rest implements AsyncDisposable {
  readonly #database: AsyncDisposable;
  readonly #server: ReplayServer;

  static async start(kind: TestDatabaseKind): Promise<Rest> {
    const database = await kind.create();
    const server = await ReplayServer.start({ files: { 'model.ts': MODEL }, config: { dsn: database.dsn } });
    return new Rest(database, server);
  }

  private constructor(database: AsyncDisposable, server: ReplayServer) {
    this.#database = database;
    this.#server = server;
  }

  url(port: 'read' | 'write', path: string): string {
    return `http://127.0.0.1:${this.#server.port(port)}${path}`;
  }

  async post(path: string, body: unknown): Promise<{ status: number; headers: Headers; body: Body }> {
    return this.#send(path, JSON.stringify(body), {});
  }

  import(lines: string | Buffer, headers: Record<string, string> = {}) {
    return this.#send('import', lines, headers);
  }

  async count(query: string): Promise<{ status: number; body: Body }> {
    const response = await fetch(this.url('read', `/relation-tuples/count?${query}`));
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** As the bytes come: fetch would decompress them. */
  export(query: string, acceptEncoding: string): Promise<{ headers: Record<string, unknown>; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const options = { headers: { 'accept-encoding': acceptEncoding } };
      const request = httpRequest(this.url('read', `/relation-tuples/export?${query}`), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      });
      request.on('error', reject).end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#database[Symbol.asyncDispose]();
  }

  async #send(path: string, body: string | Buffer, headers: Record<string, string>) {
    const url = this.url('write', `/admin/relation-tuples/${path}`);
    const response = await fetch(url, { method: 'POST', body, headers });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }
}
