import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChangePage } from '../../src/persistence/change-feed.ts';
import type { Persister } from '../../src/persistence/persister.ts';
import type { RelationTuple, TupleDelta } from '../../src/tuple/relation-tuple.ts';
import { deltas, type PersisterContract, readAll } from './contract-context.ts';
import { compareTuples, tupleKey } from './tuple-model.ts';

export const CHANGE_LOG_CONTRACT: PersisterContract = {
  'has every commit that changed something, in order': async (persister) => {
    const startedAt = Date.now();
    await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@(n:g#m)'));
    await persister.writeTuples(deltas('+n:o#r@a'));
    await persister.writeTuples(deltas('-n:o#r@a'));
    await persister.deleteTuples({ namespace: 'n' });
    const log = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual([log.newest, log.floor], [3, 0]);
    assert.deepEqual(
      log.changes.map(({ revision, deltas }) => [revision, deltas]),
      [
        [1, deltas('+n:o#r@a', '+n:o#r@(n:g#m)')],
        [2, deltas('-n:o#r@a')],
        [3, deltas('-n:o#r@(n:g#m)')],
      ],
    );
    for (const { committedAt } of log.changes) {
      assert.ok(Math.abs(committedAt.getTime() - startedAt) < 60_000, committedAt.toISOString());
    }
    assert.deepEqual(revisionsOf(await persister.readChanges(1, { limit: 1 })), [2]);
    assert.deepEqual((await persister.readChanges(3, { limit: 10 })).changes, []);
  },

  'gives the store when it is replayed, whatever is written': async (persister) => {
    const model = new Map<string, RelationTuple>();
    await fc.assert(
      fc.asyncProperty(fc.array(DELTA, { maxLength: 12 }), async (written) => {
        const before = new Set(model.keys());
        const { revision, changes } = await persister.writeTuples(written);
        for (const delta of written) apply(model, delta);
        assert.deepEqual(await readAll(persister), [...model.values()].sort(compareTuples));
        assert.deepEqual(
          new Set(changes.map(({ tuple }) => tupleKey(tuple))),
          difference(before, new Set(model.keys())),
        );
        assert.equal(await persister.readRevision(), revision);
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(await replay(persister), [...model.values()].sort(compareTuples));
  },
};

function revisionsOf({ changes }: ChangePage): number[] {
  return changes.map(({ revision }) => revision);
}

async function replay(persister: Persister): Promise<RelationTuple[]> {
  const replayed = new Map<string, RelationTuple>();
  let revision = 0;
  for (;;) {
    const log = await persister.readChanges(revision, { limit: 7 });
    for (const change of log.changes) {
      assert.equal(change.revision, ++revision);
      for (const delta of change.deltas) {
        const isNew = !replayed.has(tupleKey(delta.tuple));
        assert.equal(delta.action === 'insert', isNew, 'each delta really changed something');
        apply(replayed, delta);
      }
    }
    if (revision === log.newest) return [...replayed.values()].sort(compareTuples);
  }
}

function apply(model: Map<string, RelationTuple>, { action, tuple }: TupleDelta): void {
  if (action === 'insert') model.set(tupleKey(tuple), tuple);
  else model.delete(tupleKey(tuple));
}

function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...[...a].filter((key) => !b.has(key)), ...[...b].filter((key) => !a.has(key))]);
}

/** Few values, so that deltas meet; some of them odd. */
const PART = fc.constantFrom('', 'a', 'b', 'ü', 'x'.repeat(300), 'nul\0');
const SUBJECT = fc.oneof(
  PART.map((id) => ({ kind: 'id', id }) as const),
  fc
    .tuple(PART, PART, PART)
    .map(([namespace, object, relation]) => ({ kind: 'set', namespace, object, relation }) as const),
);
const TUPLE = fc
  .tuple(fc.constantFrom('n', 'm'), PART, fc.constantFrom('r', ''), SUBJECT)
  .map(([namespace, object, relation, subject]): RelationTuple => ({ namespace, object, relation, subject }));
const DELTA = fc
  .tuple(fc.constantFrom('insert', 'delete'), TUPLE)
  .map(([action, tuple]): TupleDelta => ({ action, tuple }));
