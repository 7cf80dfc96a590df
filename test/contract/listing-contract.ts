import assert from 'node:assert/strict';
import { SthenoError } from '../../src/errors.ts';
import type { ListOptions, PagePosition, TupleReader } from '../../src/persistence/tuple-reader.ts';
import type { RelationQuery, RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { deltas, inserts, type PersisterContract, tuples } from './contract-context.ts';
import { compareTuples, matchesQuery } from './tuple-model.ts';

/** Parts that sort differently by bytes, by UTF-16 units and by language. */
const ODD_PARTS = ['', 'A', 'a', 'ä', '\uFFFF', '\u{1F600}'];

const WORLD: readonly RelationTuple[] = ODD_PARTS.flatMap((part) => [
  { namespace: part, object: 'o', relation: 'r', subject: { kind: 'id', id: 'u' } },
  { namespace: 'n', object: part, relation: 'r', subject: { kind: 'id', id: 'u' } },
  { namespace: 'n', object: 'o', relation: part, subject: { kind: 'id', id: 'u' } },
  { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'id', id: part } },
  { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'set', namespace: part, object: 'o', relation: 'm' } },
  { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'set', namespace: 'n', object: part, relation: 'm' } },
  { namespace: 'n', object: 'o', relation: 'r', subject: { kind: 'set', namespace: 'n', object: 'u', relation: part } },
]);

/** Every combination of filters. */
const QUERIES: readonly RelationQuery[] = [{}, { namespace: 'n' }].flatMap((namespace) =>
  [{}, { object: 'o' }].flatMap((object) =>
    [{}, { relation: 'r' }].flatMap((relation) =>
      [
        {},
        { subject: { kind: 'id', id: 'u' } as const },
        { subject: { kind: 'set', namespace: 'n', object: 'o', relation: 'm' } as const },
      ].map((subject) => ({ ...namespace, ...object, ...relation, ...subject })),
    ),
  ),
);

export const LISTING_CONTRACT: PersisterContract = {
  'lists what matches any combination of filters, in byte order, with every page size': async (persister) => {
    await persister.writeTuples(inserts(WORLD));
    const sorted = distinct(WORLD).sort(compareTuples);
    for (const query of QUERIES) {
      for (const subjectKind of [undefined, 'id', 'set'] as const) {
        const expected = sorted.filter(
          (tuple) => matchesQuery(tuple, query) && (subjectKind === undefined || tuple.subject.kind === subjectKind),
        );
        for (const limit of [1, 2, 7, expected.length, expected.length + 1].filter((limit) => limit > 0)) {
          const listed = await readPages(persister, query, { limit, subjectKind });
          assert.deepEqual(listed, expected, `${JSON.stringify(query)} ${subjectKind} by ${limit}`);
        }
      }
    }
  },

  'lists what the sets of an object are stored in, each tuple once, with every page size': async (persister) => {
    await persister.writeTuples(inserts(WORLD));
    for (const namespace of ODD_PARTS.concat('n')) {
      for (const object of ODD_PARTS.concat('o', 'u')) {
        const expected = distinct(WORLD).filter(
          ({ subject }) => subject.kind === 'set' && subject.namespace === namespace && subject.object === object,
        );
        for (const limit of [1, 2, expected.length + 1]) {
          const listed = await readPages(persister, {}, { limit, subjectObject: { namespace, object } });
          assert.deepEqual(
            listed.sort(compareTuples),
            expected.sort(compareTuples),
            `${namespace}:${object} by ${limit}`,
          );
        }
      }
    }
  },

  'says in few words where a page ends, however long its tuples are': async (persister) => {
    const all = ['a', 'b'].map((start): RelationTuple => {
      const long = `${start}${'\u{10FFFF}'.repeat(1000)}\0`;
      const set = { namespace: long, object: long, relation: long };
      return { ...set, subject: { kind: 'set', ...set } };
    });
    await persister.writeTuples(inserts(all));
    const first = await persister.listTuples({}, { limit: 1 });
    const position = first.next ?? assert.fail('no second page');
    assert.ok(Buffer.byteLength(position.join('')) < 2048);
    assert.ok(!position.join('').includes('\0'));
    const second = await persister.listTuples({}, { limit: 1, after: position });
    assert.deepEqual([...first.tuples, ...second.tuples], all);
  },

  'treats a filter that is empty as a value': async (persister) => {
    await persister.writeTuples(inserts(WORLD));
    for (const query of [
      { namespace: '' },
      { object: '' },
      { relation: '' },
      { subject: { kind: 'id', id: '' } as const },
      { subject: { kind: 'set', namespace: '', object: 'o', relation: 'm' } as const },
    ]) {
      const expected = distinct(WORLD)
        .filter((tuple) => matchesQuery(tuple, query))
        .sort(compareTuples);
      assert.deepEqual((await persister.listTuples(query, { limit: 100 })).tuples, expected, JSON.stringify(query));
    }
  },

  'goes on after a tuple that is gone, and shows what came behind it': async (persister) => {
    await persister.writeTuples(deltas('+n:a#r@u', '+n:c#r@u', '+n:e#r@u'));
    const first = await persister.listTuples({ namespace: 'n' }, { limit: 2 });
    assert.deepEqual(first.tuples, tuples('n:a#r@u', 'n:c#r@u'));
    await persister.writeTuples(deltas('-n:c#r@u', '+n:b#r@u', '+n:d#r@u'));
    const second = await persister.listTuples({ namespace: 'n' }, { limit: 2, after: first.next });
    assert.deepEqual(second, { revision: 2, tuples: tuples('n:d#r@u', 'n:e#r@u'), next: undefined });
  },

  'says the revision of an empty page too': async (persister) => {
    await persister.writeTuples(deltas('+n:a#r@u'));
    const page = await persister.listTuples({ namespace: 'other' }, { limit: 1 });
    assert.deepEqual(page, { revision: 1, tuples: [], next: undefined });
  },

  'throws canceled for an aborted signal': async (persister) => {
    const signal = AbortSignal.abort();
    const canceled = (error: unknown) => error instanceof SthenoError && error.code === 'canceled';
    await assert.rejects(persister.listTuples({}, { limit: 1, signal }), canceled);
    await assert.rejects(persister.readRevision({ signal }), canceled);
    await assert.rejects(persister.readFacts({ tuples: [], sets: [] }, { signal }), canceled);
    await assert.rejects(
      persister.readSnapshot((reader) => reader.readRevision(), { signal }),
      canceled,
    );
    await assert.rejects(persister.readChanges(0, { limit: 1, signal }), canceled);
    await assert.rejects(persister.ping({ signal }), canceled);
  },
};

async function readPages(
  reader: TupleReader,
  query: RelationQuery,
  options: Omit<ListOptions, 'after'>,
): Promise<RelationTuple[]> {
  const all: RelationTuple[] = [];
  let after: PagePosition | undefined;
  for (;;) {
    const page = await reader.listTuples(query, { ...options, after });
    all.push(...page.tuples);
    after = page.next;
    if (after === undefined) return all;
    assert.equal(page.tuples.length, options.limit);
  }
}

function distinct(all: readonly RelationTuple[]): RelationTuple[] {
  return [...new Map(all.map((tuple) => [JSON.stringify(tuple), tuple])).values()];
}
