import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SthenoError } from '../../src/errors.ts';
import type { ChangeFeed } from '../../src/persistence/change-feed.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { TupleDelta } from '../../src/tuple/relation-tuple.ts';
import { ChangeTail } from '../../src/watch/change-tail.ts';
import { deltas, inserts, readAll, tuples, withPersister } from '../contract/contract-context.ts';
import { createSqliteMemory, testDatabases } from '../support/databases.ts';
import { keyOf, replay, Watcher } from './support/watcher.ts';

const FUTURE = new Date(Date.now() + 3_600_000);

for (const kind of testDatabases()) {
  describe(`watching ${kind.name}`, () => {
    it('tells what is committed, in order and each commit once', () =>
      withPersister(kind, async (persister) => {
        const tail = new ChangeTail({ feed: persister });
        await using watcher = await Watcher.open(tail);
        const told = watcher.until(3);
        await persister.writeTuples(deltas('+n:a#r@ann', '+n:b#r@(n:g#m)'));
        await persister.writeTuples(deltas('+n:a#r@ann')); // Changes nothing.
        await persister.writeTuples(deltas('-n:a#r@ann', '+n:c#r@ann'));
        await persister.deleteTuples({ namespace: 'n' });
        await told;
        const [first, ...commits] = watcher.events;
        assert.deepEqual(first, { kind: 'checkpoint', revision: 0 });
        assert.deepEqual(
          commits.map((event) => [event.kind, event.revision, event.kind === 'tuples' && event.deltas.length]),
          [
            ['tuples', 1, 2],
            ['tuples', 2, 2],
            ['tuples', 3, 2],
          ],
        );
      }));

    it('tells from a revision on, also what another reader has long passed', () =>
      withPersister(kind, async (persister) => {
        const tail = new ChangeTail({ feed: persister });
        await using ahead = await Watcher.open(tail);
        for (const id of ['a', 'b', 'c', 'd']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
        await ahead.until(4);
        await using behind = await Watcher.open(tail, { after: 2 });
        await behind.until(4);
        assert.deepEqual(
          behind.events.map(({ kind: told, revision }) => [told, revision]),
          [
            ['checkpoint', 2],
            ['tuples', 3],
            ['tuples', 4],
          ],
        );
      }));

    it('leaves out what the filter does not want, and says how far it is', () =>
      withPersister(kind, async (persister) => {
        const tail = new ChangeTail({ feed: persister });
        const filter = { namespaces: new Set(['n', 'x']), objectPrefix: 'pre' };
        await using watcher = await Watcher.open(tail, { filter, heartbeatMs: 100 });
        await persister.writeTuples(deltas('+n:prefix#r@a', '+m:prefix#r@a', '+n:other#r@a', '+x:pre#r@(m:pre#)'));
        await persister.writeTuples(deltas('+m:pre#r@b'));
        await persister.policyDocuments.edit({ collection: 'c', id: 'p' }, () => '{}');
        const newest = await persister.readRevision();
        await watcher.until(newest);
        assert.deepEqual(watcher.deltas, deltas('+n:prefix#r@a', '+x:pre#r@(m:pre#)'));
        assert.deepEqual(watcher.events.at(-1), { kind: 'checkpoint', revision: newest });
      }));

    it('tells of versions of the model, whatever the filter', () =>
      withPersister(kind, async (persister) => {
        const filter = { namespaces: new Set(['x']), objectPrefix: '' };
        await using watcher = await Watcher.open(new ChangeTail({ feed: persister }), { after: 0, filter });
        await persister.writeTuples(deltas('+n:o#r@a'));
        await persister.models.write({ previous: 0, note: '', document: '{}' });
        await watcher.until(2);
        const [, told, ...more] = watcher.events;
        assert.deepEqual([told?.kind, told?.revision, more], ['model', 2, []]);
      }));

    it('says that a revision is too old for the log', () =>
      withPersister(kind, async (persister) => {
        for (const id of ['a', 'b', 'c']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
        await persister.trimChanges({ committedBefore: FUTURE, limit: 2 });
        const tail = new ChangeTail({ feed: persister });
        await using tooOld = await Watcher.open(tail, { after: 1 });
        await assert.rejects(tooOld.next(), isOutOfRange('SNAPTOKEN_TOO_OLD'));
        await using oldest = await Watcher.open(tail, { after: 2 });
        await oldest.until(3);
        assert.deepEqual(oldest.deltas, deltas('+n:o#r@c'));
      }));

    it('is as the store when it is replayed from zero, whoever writes', async () => {
      await using database = await kind.create();
      await using one = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await using other =
        kind.name === 'SQLite memory' ? undefined : await openPersister({ dsn: database.dsn, autoMigrate: false });
      const tails = [one, other ?? one].map((persister) => new ChangeTail({ feed: persister }));
      const watchers = await Promise.all(tails.map((tail) => Watcher.open(tail, { after: 0 })));
      await Promise.all([writeAtRandom(one, 60), writeAtRandom(other ?? one, 60)]);
      const stored = new Set((await readAll(one)).map(keyOf));
      const newest = await one.readRevision();
      for (const watcher of watchers) {
        await watcher.until(newest);
        assert.deepEqual(
          watcher.events.slice(1).map(({ revision }) => revision),
          Array.from({ length: newest }, (_, index) => index + 1),
        );
        assert.deepEqual(replay(watcher.deltas), stored);
        await watcher[Symbol.asyncDispose]();
      }
    });
  });
}

describe('a watch', () => {
  const onMemory = (test: (persister: OpenedPersister) => Promise<void>) => () =>
    withPersister({ name: 'SQLite memory', create: createSqliteMemory }, test);

  it(
    'tells a large commit in pieces, from which only the last one goes on behind it',
    onMemory(async (persister) => {
      await persister.writeTuples(deltas('+n:first#r@a'));
      const many = inserts(tuples(...Array.from({ length: 2500 }, (_, index) => `n:o${index}#r@a`)));
      await persister.writeTuples(many);
      const long = inserts(tuples(...Array.from({ length: 5 }, (_, index) => `n:${'x'.repeat(90_000)}${index}#r@a`)));
      await persister.writeTuples(long);
      await using watcher = await Watcher.open(new ChangeTail({ feed: persister }), { after: 1 });
      await watcher.until(3);
      assert.deepEqual(
        watcher.events
          .slice(1)
          .map((event) => event.kind === 'tuples' && [event.revision, event.deltas.length, event.isPartial]),
        [
          [1, 1000, true],
          [1, 1000, true],
          [2, 500, false],
          [2, 2, true],
          [2, 2, true],
          [3, 1, false],
        ],
      );
      assert.deepEqual(watcher.deltas, [...many, ...long]);
    }),
  );

  it(
    'of a slow reader goes on at the pace of the reader, while others are told at once',
    onMemory(async (persister) => {
      const tail = new ChangeTail({ feed: persister });
      await using slow = await Watcher.open(tail);
      await using quick = await Watcher.open(tail);
      await slow.next();
      // More than is kept in memory.
      for (let commit = 0; commit < 9; commit++) {
        const all = tuples(...Array.from({ length: 5000 }, (_, index) => `n:o${commit}-${index}#r@a`));
        await persister.writeTuples(inserts(all));
        await quick.until(commit + 1);
      }
      await slow.until(9);
      assert.equal(slow.deltas.length, 45_000);
      assert.deepEqual(slow.events, quick.events);
    }),
  );

  it(
    'of a reader who falls behind the log ends',
    onMemory(async (persister) => {
      const tail = new ChangeTail({ feed: persister });
      await using slow = await Watcher.open(tail);
      await slow.next();
      const all = tuples(...Array.from({ length: 11_000 }, (_, index) => `n:o${index}#r@a`));
      for (let round = 0; round < 2; round++) {
        await persister.writeTuples(inserts(all));
        await persister.deleteTuples({ namespace: 'n' });
      }
      await persister.trimChanges({ committedBefore: FUTURE, limit: 100 });
      await assert.rejects(slow.until(4), isOutOfRange('READER_TOO_SLOW'));
    }),
  );

  it(
    'of a hundred readers takes as many reads of the log as that of one, and none when nobody is left',
    onMemory(async (persister) => {
      const { feed, reads, listeners } = counted(persister);
      const tail = new ChangeTail({ feed });
      const watchers = await Promise.all(Array.from({ length: 100 }, () => Watcher.open(tail)));
      assert.equal(tail.readerCount, 100);
      const before = reads();
      const told = Promise.all(watchers.map((watcher) => watcher.until(20)));
      for (let index = 0; index < 20; index++) await persister.writeTuples(deltas(`+n:o#r@${index}`));
      await told;
      assert.ok(reads() - before <= 2, `${reads() - before} reads`);
      for (const watcher of watchers) {
        assert.equal(replay(watcher.deltas).size, (await readAll(persister)).length);
        await watcher[Symbol.asyncDispose]();
      }
      assert.deepEqual([tail.readerCount, listeners()], [0, 0]);
    }),
  );

  it(
    'comes back in company with as many reads as one alone',
    onMemory(async (persister) => {
      for (let index = 0; index < 50; index++) await persister.writeTuples(deltas(`+n:o#r@${index}`));
      const { feed, reads } = counted(persister);
      const tail = new ChangeTail({ feed });
      const watchers = await Promise.all(Array.from({ length: 100 }, () => Watcher.open(tail, { after: 0 })));
      await Promise.all(watchers.map((watcher) => watcher.until(50)));
      assert.ok(reads() <= 10, `${reads()} reads`);
      for (const watcher of watchers) await watcher[Symbol.asyncDispose]();
    }),
  );

  it('ends when the database was set back', async () => {
    await using database = await createSqliteMemory();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    for (const id of ['a', 'b']) await persister.writeTuples(deltas(`+n:o#r@${id}`));
    let lost = 0;
    // A database that has lost its newest commits.
    const feed: ChangeFeed = {
      isExclusive: false,
      soleNewest: () => undefined,
      onCommitted: () => () => {},
      onHint: (listener) => {
        const timer = setInterval(() => listener(undefined), 5);
        return () => clearInterval(timer);
      },
      trimChanges: (options) => persister.trimChanges(options),
      readChanges: async (after, options) => {
        const page = await persister.readChanges(after, options);
        return { ...page, newest: page.newest - lost, changes: lost === 0 ? page.changes : [] };
      },
    };
    await using watcher = await Watcher.open(new ChangeTail({ feed }));
    await watcher.next();
    lost = 1;
    await assert.rejects(watcher.next(), isOutOfRange('STORE_SET_BACK'));
  });

  it(
    'outlives a database that does not answer for a while',
    onMemory(async (persister) => {
      let isDown = false;
      const feed: ChangeFeed = {
        isExclusive: false,
        soleNewest: () => undefined,
        onCommitted: () => () => {},
        onHint: (listener) => {
          const timer = setInterval(() => listener(undefined), 5);
          return () => clearInterval(timer);
        },
        trimChanges: (options) => persister.trimChanges(options),
        readChanges: async (after, options) => {
          const page = await persister.readChanges(after, options);
          if (isDown) throw new SthenoError('unavailable');
          return page;
        },
      };
      await using watcher = await Watcher.open(new ChangeTail({ feed }), { heartbeatMs: 100 });
      await watcher.next();
      isDown = true;
      await persister.writeTuples(deltas('+n:o#r@a'));
      assert.deepEqual(await watcher.next(), { kind: 'checkpoint', revision: 0 });
      isDown = false;
      await watcher.until(1);
      assert.deepEqual(watcher.deltas, deltas('+n:o#r@a'));
    }),
  );
});

function isOutOfRange(reason: string): (error: unknown) => boolean {
  return (error) => error instanceof SthenoError && error.code === 'out_of_range' && error.info?.reason === reason;
}

/** Small transactions over few tuples, one after another. */
async function writeAtRandom(persister: OpenedPersister, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const changes = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, (): TupleDelta => {
      const [object, subject] = [Math.floor(Math.random() * 6), Math.floor(Math.random() * 4)];
      const sign = Math.random() < 0.6 ? '+' : '-';
      return deltas(`${sign}n:o${object}#r@s${subject}`)[0] as TupleDelta; // of one text
    });
    await persister.writeTuples(changes);
  }
}

/** The feed, with how often its log was read and how many listen to it. */
function counted(persister: OpenedPersister): { feed: ChangeFeed; reads: () => number; listeners: () => number } {
  let reads = 0;
  let listeners = 0;
  const listening = (stop: () => void): (() => void) => {
    listeners++;
    return () => {
      listeners--;
      stop();
    };
  };
  const feed: ChangeFeed = {
    isExclusive: persister.isExclusive,
    soleNewest: () => persister.soleNewest(),
    trimChanges: (options) => persister.trimChanges(options),
    onCommitted: (listener) => listening(persister.onCommitted(listener)),
    onHint: (listener) => listening(persister.onHint(listener)),
    readChanges: (after, options) => {
      reads++;
      return persister.readChanges(after, options);
    },
  };
  return { feed, reads: () => reads, listeners: () => listeners };
}
