import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { deltas, type PersisterContract, readAll, tuples } from './contract-context.ts';

export const SNAPSHOT_CONTRACT: PersisterContract = {
  'shows one state while writes go on, and the newest afterwards': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    let write: Promise<unknown> | undefined;
    const seen = await persister.readSnapshot(async (reader) => {
      const first = [await reader.readRevision(), await readAll(reader)];
      // Not awaited in here: on some databases a write waits for the snapshot.
      write = persister.writeTuples(deltas('-n:o#r@a', '+n:o#r@b'));
      await sleep(20);
      const facts = await reader.readFacts({ tuples: tuples('n:o#r@a', 'n:o#r@b'), sets: [] });
      return [first, [facts.revision, await readAll(reader)], facts.stored];
    });
    assert.deepEqual(seen, [
      [1, tuples('n:o#r@a')],
      [1, tuples('n:o#r@a')],
      [true, false],
    ]);
    await write;
    assert.deepEqual(await readAll(persister), tuples('n:o#r@b'));
  },

  'runs many at once': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    const all = Array.from({ length: 30 }, () =>
      persister.readSnapshot(async (reader) => {
        await sleep(1);
        return reader.readRevision();
      }),
    );
    assert.deepEqual(
      await Promise.all(all),
      all.map(() => 1),
    );
  },

  'passes on what the reader throws, and goes on working': async (persister) => {
    const failure = new Error('of the reader');
    await assert.rejects(
      persister.readSnapshot(async (reader) => {
        await reader.readRevision();
        throw failure;
      }),
      failure,
    );
    assert.equal((await persister.writeTuples(deltas('+n:o#r@a'))).revision, 1);
    assert.equal(await persister.readSnapshot((reader) => reader.readRevision()), 1);
  },
};
