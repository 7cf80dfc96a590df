import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { SthenoError } from '../../src/errors.ts';
import type { Change } from '../../src/persistence/change-feed.ts';
import { deltas, inserts, type PersisterContract, readAll, tuples } from './contract-context.ts';

/** More than any database takes in one turn, or in one statement. */
const LARGE = 5_003;

const large = () => inserts(tuples(...Array.from({ length: LARGE }, (_, i) => `n:o${i % 7}#r@s${i}` as const)));

export const COMMIT_CONTRACT: PersisterContract = {
  'commits writes that arrive together as one, and tells each what it changed': async (persister) => {
    const told: Change[] = [];
    persister.onCommitted((change) => told.push(change));
    const written = await Promise.all([
      persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@shared')),
      persister.writeTuples(deltas('+n:o#r@b', '+n:o#r@shared')),
      persister.writeTuples(deltas('-n:o#r@none')),
      persister.writeTuples([]),
    ]);
    assert.deepEqual(written, [
      { revision: 1, changes: deltas('+n:o#r@a', '+n:o#r@shared') },
      { revision: 1, changes: deltas('+n:o#r@b') },
      { revision: 1, changes: [] },
      { revision: 1, changes: [] },
    ]);
    const [change] = (await persister.readChanges(0, { limit: 10 })).changes;
    assert.deepEqual(told, [change]);
    assert.deepEqual(new Set(change?.deltas), new Set(deltas('+n:o#r@a', '+n:o#r@shared', '+n:o#r@b')));
  },

  'bounds what shares a commit, by count and by size': async (persister) => {
    const revisionsOf = async (texts: readonly string[]): Promise<number> => {
      const results = await Promise.all(texts.map((text) => persister.writeTuples(deltas(`+n:o#r@${text}`))));
      return new Set(results.map(({ revision }) => revision)).size;
    };
    assert.equal(await revisionsOf(Array.from({ length: 300 }, (_, i) => `s${i}`)), 2);
    assert.equal(await revisionsOf(Array.from({ length: 12 }, (_, i) => `${i}-${'x'.repeat(200_000)}`)), 3);
  },

  'keeps writes and deletes by query in their order': async (persister) => {
    const results = await Promise.all([
      persister.writeTuples(deltas('+n:o#r@a')),
      persister.deleteTuples({ namespace: 'n' }),
      persister.writeTuples(deltas('+n:o#r@b')),
      persister.writeTuples(deltas('+n:o#r@c')),
      persister.deleteTuples({ subject: { kind: 'id', id: 'c' } }),
    ]);
    assert.deepEqual(
      results.map(({ revision }) => revision),
      [1, 2, 3, 3, 4],
    );
    assert.deepEqual(await readAll(persister), tuples('n:o#r@b'));
  },

  'takes turns with others while a large write is under way, and shows nothing of it before': async (persister) => {
    let isWriting = true;
    let turns = 0;
    const write = persister.writeTuples(large()).finally(() => {
      isWriting = false;
    });
    const seen = new Set<number>();
    const reading = (async () => {
      while (isWriting) {
        const { stored } = await persister.readFacts({ tuples: tuples('n:o0#r@s0', 'n:o4#r@s5002'), sets: [] });
        seen.add(stored.filter(Boolean).length);
        await setImmediate();
      }
    })();
    while (isWriting) {
      turns++;
      await setImmediate();
    }
    const [{ revision, changes }] = await Promise.all([write, reading]);
    assert.deepEqual([revision, changes.length], [1, LARGE]);
    assert.ok(turns > 5, `${turns} turns`);
    assert.ok(!seen.has(1), 'all of it or nothing');
    const page = await persister.readChanges(0, { limit: 10 });
    assert.deepEqual(page.changes[0]?.deltas, changes);
    assert.equal(page.changes[0]?.checksum, page.checksum);
  },

  'says of each delta of a large write whether it changed something': async (persister) => {
    const all = large();
    await persister.writeTuples(all.filter((_, index) => index % 3 === 0));
    const mixed = all.map(({ tuple }, index) => ({ action: index % 2 === 0 ? 'insert' : 'delete', tuple }) as const);
    const { changes } = await persister.writeTuples(mixed);
    const expected = mixed.filter(({ action }, index) => (action === 'insert') === (index % 3 !== 0));
    assert.deepEqual(changes, expected);
    const small = mixed.slice(0, 60);
    assert.deepEqual((await persister.writeTuples(small)).changes, [], 'again, as it is so already');
    const turned = small.map(
      ({ action, tuple }) => ({ action: action === 'insert' ? 'delete' : 'insert', tuple }) as const,
    );
    const again = await persister.writeTuples([...turned.slice(0, 30), ...small.slice(30)]);
    assert.deepEqual(again.changes, turned.slice(0, 30));
    assert.equal((await readAll(persister)).length, LARGE - Math.floor(LARGE / 2));
  },

  'drops a write that is aborted while it waits, and commits those beside it': async (persister) => {
    const aborting = new AbortController();
    const first = persister.writeTuples(deltas('+n:o#r@a'));
    const waiting = persister.writeTuples(deltas('+n:o#r@waiting'), aborting);
    const deletion = persister.deleteTuples({ namespace: 'n' }, aborting);
    aborting.abort();
    const canceled = (error: unknown) => error instanceof SthenoError && error.code === 'canceled';
    await Promise.all([assert.rejects(waiting, canceled), assert.rejects(deletion, canceled)]);
    assert.deepEqual(await first, { revision: 1, changes: deltas('+n:o#r@a') });
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a'));
    assert.equal((await persister.writeTuples(deltas('+n:o#r@b'))).revision, 2);
  },
};
