import assert from 'node:assert/strict';
import { SthenoError } from '../../src/errors.ts';
import { deltas, inserts, type PersisterContract, readAll, tuples } from './contract-context.ts';

export const WRITE_CONTRACT: PersisterContract = {
  'starts empty at revision 0': async (persister) => {
    assert.equal(await persister.readRevision(), 0);
    assert.deepEqual(await readAll(persister), []);
    assert.equal(persister.networkId.length, 16);
  },

  'stores what is inserted, at the next revision': async (persister) => {
    const written = await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@(n:g#m)'));
    assert.deepEqual(written, { revision: 1, changes: deltas('+n:o#r@a', '+n:o#r@(n:g#m)') });
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a', 'n:o#r@(n:g#m)'));
    assert.equal(await persister.readRevision(), 1);
  },

  'makes no revision and no change of what is there already, or gone already': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    assert.deepEqual(await persister.writeTuples(deltas('+n:o#r@a', '-n:o#r@b')), { revision: 1, changes: [] });
    assert.deepEqual(await persister.writeTuples([]), { revision: 1, changes: [] });
    assert.deepEqual(await persister.deleteTuples({ namespace: 'other' }), { revision: 1, changes: [] });
    assert.equal(await persister.readRevision(), 1);
  },

  'lets the last delta of a tuple decide': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@b', '-n:o#r@b', '+n:o#r@a'));
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a'));
    const moved = await persister.writeTuples(deltas('-n:o#r@a', '+n:o#r@a', '+n:o#r@c', '-n:o#r@c', '+n:o#r@c'));
    assert.deepEqual(moved, { revision: 2, changes: deltas('+n:o#r@c') });
    const gone = await persister.writeTuples(deltas('+n:o#r@a', '-n:o#r@a'));
    assert.deepEqual(gone, { revision: 3, changes: deltas('-n:o#r@a') });
    assert.deepEqual(await readAll(persister), tuples('n:o#r@c'));
  },

  'reports each changed tuple once and nothing else': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@b'));
    const { changes } = await persister.writeTuples(deltas('+n:o#r@a', '-n:o#r@b', '+n:o#r@c', '+n:o#r@c', '-n:o#r@d'));
    assert.deepEqual(new Set(changes), new Set(deltas('-n:o#r@b', '+n:o#r@c')));
    assert.equal(changes.length, 2);
  },

  'takes 100,000 deltas in one call': async (persister) => {
    const many = inserts(
      Array.from({ length: 100_000 }, (_, i) => ({
        namespace: 'n',
        object: `o${i}`,
        relation: 'r',
        subject: { kind: 'id', id: `s${i % 100}` } as const,
      })),
    );
    const written = await persister.writeTuples(many);
    assert.equal(written.revision, 1);
    assert.equal(written.changes.length, 100_000);
    const gone = await persister.writeTuples(many.slice(0, 10_001).map(({ tuple }) => ({ action: 'delete', tuple })));
    assert.deepEqual([gone.revision, gone.changes.length], [2, 10_001]);
    assert.equal((await readAll(persister)).length, 89_999);
  },

  'deletes by query, and reports what was deleted': async (persister) => {
    const all = ['n:o#r@a', 'n:o#r@(n:g#m)', 'n:o#s@a', 'n:p#r@a', 'm:o#r@a', 'm:o#r@(n:g#)'];
    await persister.writeTuples(inserts(tuples(...all)));
    const cases = [
      {
        query: { namespace: 'n', object: 'o', subject: { kind: 'id', id: 'a' } as const },
        gone: ['n:o#r@a', 'n:o#s@a'],
      },
      {
        query: {
          object: 'o',
          relation: 'r',
          subject: { kind: 'set', namespace: 'n', object: 'g', relation: 'm' } as const,
        },
        gone: ['n:o#r@(n:g#m)'],
      },
      { query: { namespace: 'm', relation: '' }, gone: [] },
      { query: { namespace: 'm' }, gone: ['m:o#r@a', 'm:o#r@(n:g#)'] },
      { query: {}, gone: ['n:p#r@a'] },
    ];
    for (const { query, gone } of cases) {
      const { changes } = await persister.deleteTuples(query);
      assert.deepEqual(new Set(changes), new Set(deltas(...gone.map((text) => `-${text}`))), JSON.stringify(query));
    }
    assert.deepEqual(await readAll(persister), []);
    assert.equal(await persister.readRevision(), 5);
  },

  'gives 20 concurrent writers revisions without gaps, each with its own changes': async (persister) => {
    const writes = Array.from({ length: 20 }, (_, writer) =>
      Promise.all(
        Array.from({ length: 5 }, (_, i) => persister.writeTuples(deltas(`+n:o#r@w${writer}-${i}`, '+n:o#r@shared'))),
      ),
    );
    const results = (await Promise.all(writes)).flat();
    assert.equal(
      results.filter(({ changes }) => changes.length === 2).length,
      1,
      'one of them inserted the shared tuple',
    );
    const head = await persister.readRevision();
    const log = (await persister.readChanges(0, { limit: 1000 })).changes;
    assert.deepEqual(
      log.map(({ revision }) => revision),
      Array.from({ length: head }, (_, i) => i + 1),
    );
    // A commit may have the changes of several writes: of each write in it, and of nothing else.
    const logged = log.map(({ deltas }) => new Set(deltas.map((delta) => JSON.stringify(delta))));
    for (const { revision, changes } of results) {
      for (const change of changes) assert.ok(logged[revision - 1]?.delete(JSON.stringify(change)));
    }
    assert.ok(logged.every(({ size }) => size === 0));
  },

  'keeps concurrent writes that contradict each other apart, in their order': async (persister) => {
    const [first, second, third, fourth] = await Promise.all([
      persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@b')),
      persister.writeTuples(deltas('-n:o#r@a')),
      persister.writeTuples(deltas('+n:o#r@a', '-n:o#r@b')),
      persister.writeTuples(deltas('+n:o#r@a')),
    ]);
    assert.deepEqual(first, { revision: 1, changes: deltas('+n:o#r@a', '+n:o#r@b') });
    assert.deepEqual(second, { revision: 2, changes: deltas('-n:o#r@a') });
    assert.deepEqual([third.revision, new Set(third.changes)], [3, new Set(deltas('+n:o#r@a', '-n:o#r@b'))]);
    assert.deepEqual(fourth, { revision: 3, changes: [] });
  },

  'leaves nothing behind when a write was aborted before it began': async (persister) => {
    const signal = AbortSignal.abort();
    const canceled = (error: unknown) => error instanceof SthenoError && error.code === 'canceled';
    await assert.rejects(persister.writeTuples(deltas('+n:o#r@a'), { signal }), canceled);
    await assert.rejects(persister.deleteTuples({}, { signal }), canceled);
    assert.equal(await persister.readRevision(), 0);
  },

  'is all or nothing when a write is aborted on its way': async (persister) => {
    const many = inserts(tuples(...Array.from({ length: 5_000 }, (_, i) => `n:o#r@s${i}`)));
    for (const delayMs of [0, 1, 2, 5, 10, 20]) {
      const before = await persister.readRevision();
      const outcome = await persister
        .writeTuples(many, { signal: AbortSignal.timeout(delayMs) })
        .catch((error: unknown) => error);
      // The aborted transaction may still be rolling back; this write waits for it.
      const { revision } = await persister.writeTuples(deltas(`+n:o#marker@${delayMs}`));
      const stored = (await persister.listTuples({ relation: 'r' }, { limit: 10_000 })).tuples.length;
      const isWritten = !(outcome instanceof SthenoError);
      assert.equal(stored, isWritten ? 5_000 : 0);
      assert.equal(revision, before + (isWritten ? 2 : 1));
      await persister.deleteTuples({ relation: 'r' });
    }
  },
};
