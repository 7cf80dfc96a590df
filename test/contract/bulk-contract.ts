import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SthenoError } from '../../src/errors.ts';
import type { OpenedPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationQuery, RelationTuple, TupleDelta } from '../../src/tuple/relation-tuple.ts';
import { deltas, inserts, type PersisterContract, readAll, tuples } from './contract-context.ts';
import { compareTuples } from './tuple-model.ts';

const QUERIES: readonly RelationQuery[] = [
  {},
  { namespace: 'n' },
  { namespace: 'n', object: 'o0017' },
  { namespace: 'n', relation: 'r1' },
  { object: 'o0017' },
  { namespace: 'n', subject: { kind: 'id', id: 's3' } },
  { subject: { kind: 'set', namespace: 'n', object: 'g', relation: 'm' } },
  { namespace: 'none' },
];

export const BULK_CONTRACT: PersisterContract = {
  'counts what matches': async (persister) => {
    const all = many(11_000);
    await persister.writeTuples(inserts(all));
    for (const query of QUERIES) {
      const { tuples: listed } = await persister.listTuples(query, { limit: 1_000_000 });
      assert.deepEqual(await persister.countTuples(query), { count: listed.length, revision: 1 });
    }
    await persister.deleteTuples({ namespace: 'n', relation: 'r1' });
    assert.deepEqual(await persister.countTuples({}), { count: 11_000 - Math.ceil(10_999 / 3), revision: 2 });
    const exactly = many(10_000);
    await persister.deleteTuples({});
    await persister.writeTuples(inserts(exactly));
    assert.equal((await persister.countTuples({})).count, 10_000);
  },

  'deletes the first that match, up to a limit, and tells whether there are more': async (persister) => {
    const all = many(3_000).sort(compareTuples);
    await persister.writeTuples(inserts(all));
    const first = await persister.deleteSome({ namespace: 'n' }, { limit: 1 });
    assert.deepEqual(first, { revision: 2, changes: [{ action: 'delete', tuple: all[0] }], hasMore: true });
    const some = await persister.deleteSome({ namespace: 'n' }, { limit: 2_000 });
    assert.deepEqual([some.revision, some.changes.length, some.hasMore], [3, 2_000, true]);
    assert.deepEqual(await readAll(persister), all.slice(2_001));
    const rest = await persister.deleteSome({ namespace: 'n' }, { limit: 999 });
    assert.deepEqual([rest.changes.length, rest.hasMore], [999, false]);
    assert.deepEqual(await persister.deleteSome({ namespace: 'n' }, { limit: 1 }), {
      revision: 4,
      changes: [],
      hasMore: false,
    });
  },

  'writes thousands, whichever of them are stored already': async (persister) => {
    const stored = new Map<string, RelationTuple>();
    const write = async (name: string, changes: readonly TupleDelta[]): Promise<void> => {
      const effective = changes.filter(({ action, tuple }) => {
        const key = JSON.stringify(tuple);
        return action === 'insert' ? !stored.has(key) && stored.set(key, tuple) : stored.delete(key);
      });
      const result = await persister.writeTuples(changes);
      assert.deepEqual(result.changes, effective, name);
    };
    const [first = [], second = [], third = [], fourth = []] = [0, 1, 2, 3].map((part) => batch(part, 1_200));
    await write('all are new', inserts(first));
    await write('the last is stored', inserts([...second, ...first.slice(0, 1)]));
    await write('the first is stored', inserts([...first.slice(-1), ...third]));
    await write('all are stored', inserts(first));
    const removals = first.slice(0, 2).map((tuple): TupleDelta => ({ action: 'delete', tuple }));
    await write('some are deleted', [...inserts(fourth), ...removals]);
    assert.deepEqual(await readAll(persister), [...stored.values()].sort(compareTuples));
    const { changes } = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(
      changes.map(({ deltas }) => deltas.length),
      [1_200, 1_200, 1_200, 1_202],
    );
  },

  'writes nothing behind what failed': async (persister) => {
    const failure = new Error('what comes before');
    const after = Promise.reject(failure);
    for (const count of [1, 1_200]) {
      await assert.rejects(persister.writeTuples(inserts(batch(0, count)), { after }), failure);
    }
    assert.deepEqual(await readAll(persister), []);
    const { revision } = await persister.writeTuples(inserts(batch(0, 1)), { after: Promise.resolve() });
    assert.equal(revision, 1);
  },

  'deletes thousands by a query at once': async (persister) => {
    await persister.writeTuples([...inserts(many(5_000)), ...deltas('+m:o#r@a')]);
    const { revision, changes } = await persister.deleteTuples({ namespace: 'n' });
    assert.deepEqual([revision, changes.length], [2, 5_000]);
    assert.deepEqual(await readAll(persister), tuples('m:o#r@a'));
  },

  'exports what matches at one revision, whatever is written meanwhile': async (persister) => {
    await persister.writeTuples(inserts(many(1_600)));
    for (const query of QUERIES) {
      const before = (await persister.listTuples(query, { limit: 1_000_000 })).tuples;
      const { revision, pages } = await persister.exportTuples(query);
      assert.equal(revision, await persister.readRevision());
      const exported: RelationTuple[] = [];
      let number = 0;
      for await (const page of pages) {
        exported.push(...page);
        await disturb(persister, number++);
      }
      assert.deepEqual(exported, before);
    }
  },

  'exports the state of a revision under random writes': async (persister) => {
    const parts = ['a', 'b', '\ue000', '\u{1f600}', 'x'.repeat(300), 'x'.repeat(301)];
    const part = fc.constantFrom(...parts);
    const tuple = fc.record({
      namespace: fc.constantFrom('n', 'm'),
      object: part,
      relation: fc.constantFrom('r', 's'),
      subject: fc.oneof(
        fc.record({ kind: fc.constant('id' as const), id: part }),
        fc.record({ kind: fc.constant('set' as const), namespace: part, object: part, relation: part }),
      ),
    });
    const written = fc.array(fc.record({ action: fc.constantFrom('insert' as const, 'delete' as const), tuple }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(written, fc.array(written, { maxLength: 3 }), async (first, later) => {
        await persister.deleteTuples({});
        // More than a page stands before the tuples that change, so that they are read after the changes.
        await persister.writeTuples([...inserts(many(300, 'k')), ...first]);
        const before = await readAll(persister);
        const { pages } = await persister.exportTuples({});
        const exported: RelationTuple[] = [];
        for await (const page of pages) {
          exported.push(...page);
          for (const next of later.splice(0)) await persister.writeTuples(next);
        }
        assert.deepEqual(exported, before);
      }),
      { numRuns: 15 },
    );
  },

  'ends an export whose changes the log has lost': async (persister) => {
    await persister.writeTuples(inserts(many(700)));
    const { pages } = await persister.exportTuples({});
    const iterator = pages[Symbol.asyncIterator]();
    await iterator.next();
    await persister.writeTuples(deltas('+z:o#r@a'));
    await persister.writeTuples(deltas('+z:o#r@b'));
    await persister.trimChanges({ committedBefore: new Date(Date.now() + 3_600_000), limit: 100 });
    await assert.rejects(iterator.next(), (error: SthenoError) => error.code === 'aborted');
  },
};

/** Tuples of no other part, with strings of all kinds. */
function batch(part: number, count: number): RelationTuple[] {
  return Array.from({ length: count }, (_, index) => ({
    namespace: 'n',
    object: `${part}/${index}${['', 'é€🗝', '\0', '€'.repeat(100)][index % 4]}`,
    relation: 'r',
    subject:
      index % 3 === 0
        ? { kind: 'set', namespace: index % 2 === 0 ? '' : 'n', object: '', relation: 'm' }
        : { kind: 'id', id: `s${index % 50}` },
  }));
}

/** Tuples of one namespace, not in their order. */
function many(count: number, namespace = 'n'): RelationTuple[] {
  return Array.from({ length: count }, (_, i) => ({
    namespace,
    object: `o${String((i * 7919) % count).padStart(4, '0')}`,
    relation: `r${i % 3}`,
    subject:
      i % 5 === 0
        ? ({ kind: 'set', namespace: 'n', object: 'g', relation: 'm' } as const)
        : ({ kind: 'id', id: `s${i % 7}` } as const),
  }));
}

/** Changes tuples before and behind where an export is. */
async function disturb(persister: OpenedPersister, number: number): Promise<void> {
  await persister.writeTuples(deltas(`+n:o0000#r1@new${number}`, `+n:o9999#r1@new${number}`, `+zz:o#r@new${number}`));
  await persister.deleteTuples({ namespace: 'n', object: `o${String(number * 300 + 400).padStart(4, '0')}` });
  await persister.writeTuples(deltas(`-n:o9999#r1@new${number - 1}`, `+n:o9999#r1@s3`));
}
