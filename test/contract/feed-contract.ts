import assert from 'node:assert/strict';
import type { Change } from '../../src/persistence/change-feed.ts';
import type { Persister } from '../../src/persistence/persister.ts';
import type { PagePosition } from '../../src/persistence/tuple-reader.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES, formatChecksum } from '../../src/tuple/tuple-checksum.ts';
import { deltas, inserts, type PersisterContract, readAll, tuples } from './contract-context.ts';

const EVERYTHING = new Date(Date.now() + 3_600_000);

export const FEED_CONTRACT: PersisterContract = {
  'says in one answer what is newest and what leads there': async (persister) => {
    assert.deepEqual(await persister.readChanges(0, { limit: 10 }), {
      newest: 0,
      checksum: formatChecksum(new Uint32Array(CHECKSUM_LANES)),
      floor: 0,
      changes: [],
    });
    for (const id of ['a', 'b', 'c']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
    const page = await persister.readChanges(1, { limit: 1 });
    assert.deepEqual([page.newest, page.floor, page.changes.map(({ revision }) => revision)], [3, 0, [2]]);
    assert.deepEqual((await persister.readChanges(3, { limit: 1 })).newest, 3);
    assert.deepEqual((await persister.readChanges(7, { limit: 1 })).newest, 3, 'also to one who claims to be ahead');
  },

  'ends a page once it has the bytes, with one change at least': async (persister) => {
    for (const id of ['a', 'b', 'c']) await persister.writeTuples(deltas(`+n:o#r@${id.repeat(1000)}`));
    const sizes = [1, 1500, 2500, 10_000].map(async (maxBytes) => {
      return (await persister.readChanges(0, { limit: 10, maxBytes })).changes.length;
    });
    assert.deepEqual(await Promise.all(sizes), [1, 2, 3, 3]);
  },

  'has the checksum of all stored tuples with each change and with the head': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@(n:g#m)', '+n:o#r@(:x#)', `+n:${'x'.repeat(300)}#r@\0`));
    await persister.writeTuples(deltas('-n:o#r@a', '+n:p#r@ü'));
    await persister.deleteTuples({ object: 'o' });
    const stored = new Map<string, RelationTuple>();
    const { checksum, changes } = await persister.readChanges(0, { limit: 10 });
    for (const change of changes) {
      for (const { action, tuple } of change.deltas) {
        if (action === 'insert') stored.set(JSON.stringify(tuple), tuple);
        else stored.delete(JSON.stringify(tuple));
      }
      assert.equal(change.checksum, checksumOf([...stored.values()]), `revision ${change.revision}`);
    }
    assert.equal(changes.length, 3);
    assert.equal(checksum, checksumOf(await readAll(persister)));
    assert.equal((await persister.readChanges(3, { limit: 1 })).checksum, checksum);
  },

  'tells of its own commits, in order and before the writes are acknowledged': async (persister) => {
    const told: Change[] = [];
    const stop = persister.onCommitted((change) => told.push(change));
    const writes = ['a', 'b', 'c'].map(async (id) => {
      const { revision } = await persister.writeTuples(deltas(`+n:o#r@${id}`));
      assert.ok(told.some((change) => change.revision === revision));
    });
    await Promise.all(writes);
    await persister.writeTuples(deltas('+n:o#r@a', '-n:none#r@a'));
    await persister.deleteTuples({ namespace: 'n' });
    const logged = (await persister.readChanges(0, { limit: 10 })).changes;
    assert.deepEqual(told, logged);
    stop();
    await persister.writeTuples(deltas('+n:o#r@a'));
    assert.equal(told.length, logged.length);
  },

  'forgets the oldest changes and says how far back it knows': async (persister) => {
    for (const id of ['a', 'b', 'c', 'd']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
    assert.equal(await persister.trimChanges({ committedBefore: new Date(0), limit: 10 }), 0);
    assert.equal(await persister.trimChanges({ committedBefore: EVERYTHING, limit: 3 }), 3);
    assert.deepEqual(await pageAfter(persister, 2), { newest: 4, floor: 3, revisions: [] });
    assert.deepEqual(await pageAfter(persister, 3), { newest: 4, floor: 3, revisions: [4] });
    assert.equal(await persister.trimChanges({ committedBefore: EVERYTHING, limit: 10 }), 1);
    assert.equal(await persister.trimChanges({ committedBefore: EVERYTHING, limit: 10 }), 0);
    assert.deepEqual(await pageAfter(persister, 3), { newest: 4, floor: 4, revisions: [] });
    assert.deepEqual(await pageAfter(persister, 4), { newest: 4, floor: 4, revisions: [] });
    await persister.writeTuples(deltas('+n:o#r@e'));
    assert.deepEqual(await pageAfter(persister, 4), { newest: 5, floor: 4, revisions: [5] });
    assert.equal((await readAll(persister)).length, 5);
  },

  'brings changes of any size back': async (persister) => {
    const all = tuples(...Array.from({ length: 6_000 }, (_, i) => `n:o"],["+",${i}#r@(n:g\\"],["-"${i}#m)` as const));
    await persister.writeTuples(inserts(all));
    const { changes } = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(changes[0]?.deltas, inserts(all));
  },

  'scans all tuples in the order of listings, with every page size': async (persister) => {
    const all = ['', 'a', 'ü', 'x'.repeat(300), 'nul\0'].flatMap((part): RelationTuple[] => [
      { namespace: 'n', object: part, relation: 'r', subject: { kind: 'id', id: part } },
      {
        namespace: part,
        object: 'o',
        relation: '',
        subject: { kind: 'set', namespace: part, object: part, relation: '' },
      },
    ]);
    await persister.writeTuples(inserts(all));
    const listed = await readAll(persister);
    assert.equal(listed.length, all.length);
    for (const limit of [1, 3, all.length, all.length + 1]) {
      assert.deepEqual(await scanAll(persister, limit), listed, `by ${limit}`);
    }
  },
};

async function pageAfter(persister: Persister, after: number) {
  const { newest, floor, changes } = await persister.readChanges(after, { limit: 10 });
  return { newest, floor, revisions: changes.map(({ revision }) => revision) };
}

async function scanAll(persister: Persister, limit: number): Promise<RelationTuple[]> {
  const all: RelationTuple[] = [];
  let after: PagePosition | undefined;
  do {
    const page = await persister.scanTuples({ limit, after });
    all.push(...page.tuples);
    after = page.next;
  } while (after !== undefined);
  return all;
}

function checksumOf(all: readonly RelationTuple[]): string {
  const lanes = new Uint32Array(CHECKSUM_LANES);
  for (const tuple of all) addTupleChecksum(lanes, tuple, 1);
  return formatChecksum(lanes);
}
