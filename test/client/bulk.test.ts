import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { formatTuple, type ImportResult, RequestError, type SthenoClient } from '../../src/client/index.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { openClient, TRANSPORTS } from './support/open-client.ts';

const MODEL = 'class User implements Namespace {}\nclass Doc implements Namespace { related: { owners: User[] } }';

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  describe(`SthenoClient in bulk with ${name}`, () => {
    let server: ReplayServer;
    let client: SthenoClient;
    before(async () => {
      server = await ReplayServer.start({ files: { 'model.ts': MODEL } });
      client = openClient(server, { transport });
    });
    after(async () => {
      client.close();
      await server[Symbol.asyncDispose]();
    });

    it('writes under preconditions', async () => {
      const free = { mustNotExist: { namespace: 'Doc', object: 'lock', relation: 'owners' } };
      const taken = await client.write([{ insert: 'Doc:lock#owners@ann' }], { preconditions: [free] });
      assert.deepEqual(taken.effective, [0]);
      const late = client.write([{ insert: 'Doc:lock#owners@bob' }], { preconditions: [free] });
      await assert.rejects(late, fails('failed_precondition'));
      const owned = { mustExist: { namespace: 'Doc', object: 'lock', subject: 'ann' } };
      const handed = await client.write([{ delete: 'Doc:lock#owners@ann' }, { insert: 'Doc:lock#owners@bob' }], {
        preconditions: [owned],
      });
      assert.deepEqual(handed.effective, [0, 1]);
      const vague = { mustExist: { namespace: 'Doc', object: undefined } };
      await assert.rejects(client.write([], { preconditions: [vague] }), fails('invalid_argument'));
    });

    it('makes a write with a key once', async () => {
      const deltas = [{ insert: 'Doc:once#owners@ann' }];
      const first = await client.write(deltas, { idempotencyKey: 'once' });
      await client.write([{ delete: 'Doc:once#owners@ann' }]);
      assert.deepEqual(await client.write(deltas, { idempotencyKey: 'once' }), first);
      assert.equal((await client.countTuples({ namespace: 'Doc', object: 'once' })).count, 0);
      await assert.rejects(client.write([], { idempotencyKey: 'once' }), fails('already_exists'));
    });

    it('fails for what is there or is not, when asked to', async () => {
      await client.write([{ insert: 'Doc:there#owners@ann' }]);
      const existing = client.write([{ insert: 'Doc:there#owners@ann' }], { onExisting: 'fail' });
      await assert.rejects(existing, fails('already_exists'));
      const missing = client.write([{ delete: 'Doc:there#owners@bob' }], { onMissing: 'fail' });
      await assert.rejects(missing, fails('not_found'));
      assert.deepEqual(
        (await client.write([{ insert: 'Doc:there#owners@ann' }], { onExisting: 'ignore' })).effective,
        [],
      );
    });

    it('exports what was imported, and deletes a part of it', async () => {
      const texts = Array.from({ length: 2_100 }, (_, i) => `Doc:many#owners@${String(i).padStart(4, '0')}`);
      const steps: ImportResult[] = [];
      const deltas = async function* () {
        for (const insert of texts) yield { insert };
        yield { insert: 'Doc:many#owners@twice' };
        yield { delete: 'Doc:many#owners@twice' };
      };
      const session = client.session();
      const imported = await session.importTuples(deltas(), { onProgress: (step) => steps.push(step) });
      assert.deepEqual(
        steps.map(({ received }) => received),
        [1_000, 2_000, 2_102],
      );
      assert.deepEqual([imported.inserted, imported.deleted, imported.received], [2_100, 0, 2_102]);
      assert.equal(session.snaptoken, imported.snaptoken);
      const query = { namespace: 'Doc', object: 'many' } as const;
      const exported: string[] = [];
      for await (const tuple of session.exportTuples(query)) exported.push(formatTuple(tuple));
      assert.deepEqual(exported, texts);
      for await (const { tuples, snaptoken } of client.exportTuplePages(query)) {
        assert.deepEqual([tuples, snaptoken], [[], imported.snaptoken]);
        break;
      }
      assert.deepEqual(await client.countTuples(query), { count: 2_100, snaptoken: imported.snaptoken });
      const dry = await client.deleteTuples(query, { dryRun: true, limit: 100 });
      assert.deepEqual(dry, { count: 100, hasMore: true, snaptoken: imported.snaptoken });
      const deleted = await client.deleteTuples(query, { limit: 2_000 });
      assert.deepEqual([deleted.count, deleted.hasMore], [2_000, true]);
      const rest = await client.deleteTuples(query, { limit: 2_000 });
      assert.deepEqual([rest.count, rest.hasMore], [100, false]);
      assert.deepEqual(await client.importTuples([]), { snaptoken: undefined, inserted: 0, deleted: 0, received: 0 });
    });
  });
}

function fails(code: RequestError['code']): (error: unknown) => boolean {
  return (error) => error instanceof RequestError && error.code === code;
}
