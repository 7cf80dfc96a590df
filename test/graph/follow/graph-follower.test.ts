import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SthenoError } from '../../../src/errors.ts';
import type { FollowedStorage } from '../../../src/graph/follow/graph-follower.ts';
import { type OpenedPersister, openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { deltas, inserts, tuples } from '../../contract/contract-context.ts';
import { testDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { runSql } from '../../support/run-sql.ts';
import { type Follower, type FollowOptions, following, startFollower } from './start-follower.ts';

interface Opened {
  readonly dsn: string;
  readonly persister: OpenedPersister;
  /** As of another process; the same where that cannot be. */
  readonly other: OpenedPersister;
  follow(options?: FollowOptions): Follower;
}

for (const kind of testDatabases()) {
  describe(`a graph that follows ${kind.name}`, () => {
    const run = (name: string, test: (opened: Opened) => Promise<void>): void => {
      it(name, async () => {
        await using database = await kind.create();
        await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
        const second = persister.isExclusive ? undefined : await openPersister(database);
        const followers: Follower[] = [];
        const follow: Opened['follow'] = (options) => {
          const follower = startFollower(persister, options);
          followers.push(follower);
          return follower;
        };
        try {
          await test({ dsn: database.dsn, persister, other: second ?? persister, follow });
        } finally {
          for (const follower of followers) await follower[Symbol.asyncDispose]();
          await second?.[Symbol.asyncDispose]();
        }
      });
    };

    run('has at once what this process commits', async ({ persister, follow }) => {
      const follower = await following(follow());
      for (const text of ['+n:o#r@a', '+n:o#r@b', '-n:o#r@a']) {
        const { revision } = await persister.writeTuples(deltas(text));
        assert.equal(follower.revision, revision);
      }
      const { revision } = await persister.deleteTuples({ namespace: 'n' });
      assert.equal(follower.revision, revision);
      assert.deepEqual(follower.graph?.tuples(), []);
    });

    run('is as fresh as what was acknowledged anywhere', async ({ persister, other, follow }) => {
      const follower = await following(follow({ pollIntervalMs: 1_000_000 }));
      for (let round = 0; round < 20; round++) {
        const writer = round % 3 === 0 ? persister : other;
        const { revision } = await writer.writeTuples(deltas(`+n:o#r@${round}`));
        const seen = await follower.fresh();
        assert.ok(seen !== undefined && seen >= revision);
        assert.equal(follower.revision, seen);
        assert.equal(follower.graph?.tuples().length, round + 1);
      }
    });

    run('shares reads of the log, and needs none when nobody else can write', async ({ persister, other, follow }) => {
      let reads = 0;
      const follower = follow({ persister: counting(persister, () => reads++), pollIntervalMs: 1_000_000 });
      await following(follower);
      await sleep(20); // The read that follows every load has begun,
      await follower.fresh(); // and is over.
      await other.writeTuples(deltas('+n:o#r@a'));
      reads = 0;
      const seen = await Promise.all(Array.from({ length: 100 }, () => follower.fresh()));
      assert.deepEqual(new Set(seen), new Set([1]));
      assert.ok(persister.isExclusive ? reads === 0 : reads <= 2, `${reads} reads`);
    });

    run('waits for a revision that is on its way', async ({ other, follow }) => {
      const follower = await following(follow());
      const waiting = follower.awaitRevision(2);
      await other.writeTuples(deltas('+n:o#r@a'));
      await other.writeTuples(deltas('+n:o#r@b'));
      assert.equal(await waiting, 2);
      assert.equal(await follower.awaitRevision(1), 2);
    });

    run('stays as it is for one reader at a time, and sends others elsewhere', async ({ persister, other, follow }) => {
      const follower = await following(follow());
      const first = (await other.writeTuples(deltas('+n:o#r@a'))).revision;
      assert.equal(await follower.awaitRevision(first), first);
      const release = follower.hold() ?? assert.fail('it cannot be held');
      assert.equal(follower.hold(), undefined);
      const { revision } = await persister.writeTuples(deltas('+n:o#r@b'));
      await other.writeTuples(deltas('+n:o#r@c'));
      assert.deepEqual([await follower.fresh(), await follower.awaitRevision(revision)], [undefined, undefined]);
      assert.deepEqual([follower.revision, follower.graph?.tuples()], [first, tuples('n:o#r@a')]);
      release();
      assert.equal(await follower.awaitRevision(revision + 1), revision + 1);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b', 'n:o#r@c'));
      assert.equal(follower.rebuilds, 0);
    });

    run('goes on when it was kept for too long', async ({ persister, follow }) => {
      const follower = await following(follow());
      await follower.fresh();
      const release = follower.hold() ?? assert.fail('it cannot be held');
      const { revision } = await persister.writeTuples(deltas('+n:o#r@a'));
      assert.equal(follower.revision, revision - 1);
      await eventually(() => follower.revision === revision);
      release();
    });

    run('says that a revision does not come', async ({ follow }) => {
      const follower = await following(follow());
      await assert.rejects(follower.awaitRevision(7), (error) => {
        return (
          error instanceof SthenoError && error.code === 'failed_precondition' && /revision 7/.test(`${error.reason}`)
        );
      });
    });

    run('lets go of a request that was given up', async ({ follow }) => {
      const follower = await following(follow());
      const controller = new AbortController();
      const cancellation = { abortReason: undefined as unknown, signal: controller.signal };
      const waiting = follower.awaitRevision(7, cancellation);
      cancellation.abortReason = new Error('gone');
      await assert.rejects(waiting, (error) => error instanceof SthenoError && error.code === 'canceled');
    });

    run('follows without being asked', async ({ other, follow }) => {
      const follower = await following(follow());
      await other.writeTuples(deltas('+n:o#r@a'));
      await eventually(() => follower.revision === 1);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a'));
      assert.equal(follower.lag.commits, 0);
    });

    run('never shows a part of a commit, however long it is', async ({ other, follow }) => {
      const follower = await following(follow());
      const sizes = new Set<number | undefined>();
      const watch = setInterval(() => sizes.add(follower.graph?.size), 0);
      const many = tuples(...Array.from({ length: 30_000 }, (_, i) => `n:o${i}#r@a` as const));
      await other.writeTuples(inserts(many));
      await eventually(() => follower.graph?.size === many.length);
      await other.deleteTuples({ namespace: 'n' });
      await eventually(() => follower.graph?.size === 0);
      clearInterval(watch);
      sizes.delete(undefined);
      for (const size of sizes) assert.ok(size === 0 || size === many.length, `a commit in part: ${size} tuples`);
    });

    run('leaves out what is not accepted, and still knows what is stored', async ({ persister, other, follow }) => {
      await persister.writeTuples(deltas('+in:o#r@a', '+out:o#r@a', '+out:o#r@b'));
      const follower = await following(follow({ accepts: (namespace) => namespace === 'in' }));
      await other.writeTuples(deltas('+in:o#r@b', '+out:o#r@c', '-out:o#r@a'));
      await persister.writeTuples(deltas('-in:o#r@a', '-out:o#r@c'));
      await follower.fresh();
      assert.deepEqual(follower.graph?.tuples(), tuples('in:o#r@b'));
      assert.deepEqual(follower.failures, []);
      follower.graph?.insert(tuples('in:o#r@wrong')[0] as RelationTuple);
      await persister.writeTuples(deltas('+out:o#r@d'));
      assert.match(`${follower.failures}`, /checksum/);
    });

    run('believes the checksum again after tuples were taken out', async ({ persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a', '+m:o#r@a'));
      let accepted = 'nm';
      const follower = await following(follow({ accepts: (namespace) => accepted.includes(namespace) }));
      accepted = 'n';
      const resume = follower.pauseVerifying();
      await persister.writeTuples(deltas('+m:o#r@b'));
      follower.graph?.delete(tuples('m:o#r@a')[0] as RelationTuple);
      await persister.writeTuples(deltas('+n:o#r@b'));
      resume();
      await persister.writeTuples(deltas('-m:o#r@a'));
      await persister.writeTuples(deltas('+n:o#r@c', '+m:o#r@c'));
      assert.deepEqual(follower.failures, []);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b', 'n:o#r@c'));
    });

    run('tries again until the tuples can be loaded', async ({ persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a'));
      let failures = 2;
      const follower = follow({
        persister: wrapped(persister, {
          scanTuples: (options) => (failures-- > 0 ? Promise.reject(new Error('lost')) : persister.scanTuples(options)),
        }),
      });
      await following(follower);
      assert.deepEqual(follower.failures, Array(2).fill('the tuples could not be loaded'));
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a'));
    });

    run('passes on that the log cannot be read, and goes on when it can', async ({ other, persister, follow }) => {
      let isLost = false;
      const follower = follow({
        pollIntervalMs: 1_000_000,
        persister: wrapped(persister, {
          isExclusive: false,
          readChanges: (after, options) =>
            isLost ? Promise.reject(new Error('lost')) : persister.readChanges(after, options),
        }),
      });
      await following(follower);
      isLost = true;
      await assert.rejects(follower.fresh(), /lost/);
      assert.equal(follower.state.kind, 'following');
      isLost = false;
      const { revision } = await other.writeTuples(deltas('+n:o#r@a'));
      assert.equal(await follower.fresh(), revision);
      assert.deepEqual(follower.failures, []);
    });

    const harms: Record<string, (opened: Opened, follower: Follower) => Promise<void>> = {
      'a graph that lost a tuple': async ({ persister }, follower) => {
        follower.graph?.delete(tuples('n:o#r@a')[0] as RelationTuple);
        await persister.writeTuples(deltas('+n:o#r@c'));
      },
      'a graph that has a tuple too many': async ({ persister }, follower) => {
        follower.graph?.insert(tuples('n:o#r@c')[0] as RelationTuple);
        await persister.writeTuples(deltas('+n:o#r@c'));
      },
      'a self-check': async ({ persister }, follower) => {
        follower.fail('a check was answered otherwise');
        await persister.writeTuples(deltas('+n:o#r@c'));
      },
    };
    for (const [harm, inflict] of Object.entries(harms)) {
      run(`stops to answer after ${harm}, and heals by itself`, async (opened) => {
        await opened.persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@b'));
        const follower = await following(opened.follow());
        await inflict(opened, follower);
        assert.equal(follower.failures.length, 1);
        await following(follower);
        assert.equal(follower.rebuilds, 1);
        assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b', 'n:o#r@c'));
      });
    }

    // Where nobody else can write it hears of every commit, and the log matters only to load the graph.
    if (kind.name === 'SQLite memory') return;

    run('believes what was changed by hand when it has loaded it twice', async ({ dsn, other, persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@b'));
      await runSql(dsn, "DELETE FROM relation_tuples WHERE subject_object = 'a'");
      const follower = await following(follow());
      assert.match(follower.failures.join(), /^the checksum of revision 1 is another one$/);
      assert.equal(follower.isChecksumOff, true);
      await other.writeTuples(deltas('+n:o#r@c'));
      await follower.fresh();
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@b', 'n:o#r@c'));
      follower.graph?.insert(tuples('n:o#r@wrong')[0] as RelationTuple);
      await persister.writeTuples(deltas('+n:o#r@d'));
      assert.equal(follower.failures.length, 2);
      await following(follower);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@b', 'n:o#r@c', 'n:o#r@d'));
      await runSql(dsn, 'UPDATE heads SET checksum = NULL');
      await runSql(dsn, "INSERT INTO relation_tuples SELECT nid, 'n', 'o', 'r', '', 'a', '' FROM stheno_networks");
      follower.fail('a test says so');
      await following(follower);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b', 'n:o#r@c', 'n:o#r@d'));
    });

    run('goes on without a checksum that is none when it has loaded it twice', async ({ dsn, persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a'));
      await runSql(dsn, "UPDATE heads SET checksum = 'unknown'");
      const follower = await following(follow());
      assert.match(follower.failures.join(), /^the checksum of revision 1 is another one$/);
      assert.equal(follower.isChecksumOff, true);
      await follower.fresh();
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a'));
      // The right one again: a graph that is not what is stored is found out.
      await runSql(dsn, 'UPDATE heads SET checksum = (SELECT checksum FROM changes WHERE revision = 1)');
      follower.graph?.insert(tuples('n:o#r@wrong')[0] as RelationTuple);
      await persister.writeTuples(deltas('+n:o#r@b'));
      assert.equal(follower.failures.length, 2);
      await following(follower);
      assert.equal(follower.isChecksumOff, false);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b'));
    });

    run('passes on that the head is gone, and goes on when it is back', async ({ dsn, persister, other, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a'));
      const follower = await following(follow({ pollIntervalMs: 1_000_000 }));
      await runSql(dsn, 'DELETE FROM heads');
      await assert.rejects(follower.fresh());
      await runSql(dsn, 'INSERT INTO heads (nid, revision) SELECT nid, 1 FROM stheno_networks');
      const { revision } = await other.writeTuples(deltas('+n:o#r@b'));
      assert.equal(await follower.fresh(), revision);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b'));
    });

    const breaks: readonly { what: string; inflict: (opened: Opened) => Promise<void>; reason: RegExp }[] = [
      {
        what: 'is behind what the log still has',
        inflict: async ({ other }) => {
          await other.trimChanges({ committedBefore: new Date(Date.now() + 3_600_000), limit: 2 });
        },
        reason: /begins behind revision 2 only/,
      },
      {
        what: 'meets a hole in the log',
        inflict: ({ dsn }) => runSql(dsn, 'DELETE FROM changes WHERE revision = 2'),
        reason: /no revision 2$/,
      },
      {
        what: 'meets a change that cannot be read',
        inflict: ({ dsn }) => runSql(dsn, "UPDATE changes SET payload = '[[' WHERE revision = 3"),
        reason: /revision 3 cannot be read$/,
      },
      {
        what: 'meets a change that did not happen',
        inflict: ({ dsn }) => runSql(dsn, `UPDATE changes SET payload = '[["-","n","o","r","x"]]' WHERE revision = 3`),
        reason: /revision 3 deletes a tuple that is not there/,
      },
      {
        what: 'meets the checksum of another store',
        inflict: ({ dsn }) => runSql(dsn, `UPDATE changes SET checksum = '${'0'.repeat(32)}' WHERE revision = 3`),
        reason: /checksum of revision 3 is another one/,
      },
      {
        what: 'is ahead of the database',
        inflict: ({ dsn }) => runSql(dsn, 'DELETE FROM changes; UPDATE heads SET revision = 0, checksum = NULL'),
        reason: /is at revision 0, and was at 1 before/,
      },
    ];
    for (const { what, inflict, reason } of breaks) {
      run(`gives up when it ${what}, and heals by itself`, async (opened) => {
        const { persister, other, follow } = opened;
        await persister.writeTuples(deltas('+n:o#r@a'));
        const follower = await following(follow({ persister: deaf(persister), pollIntervalMs: 1_000_000 }));
        await sleep(20); // The read that follows every load has begun,
        await follower.fresh(); // and is over.
        await other.writeTuples(deltas('+n:o#r@b'));
        await other.writeTuples(deltas('+n:o#r@c', '-n:o#r@a'));
        await inflict(opened);
        assert.equal(await follower.fresh(), undefined);
        assert.equal(follower.graph?.size, undefined);
        assert.match(follower.failures.join(), reason);
        await following(follower);
        assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@b', 'n:o#r@c'));
      });
    }
  });
}

function counting(persister: FollowedStorage, onRead: () => void): FollowedStorage {
  return wrapped(persister, {
    readChanges: (after, options) => {
      onRead();
      return persister.readChanges(after, options);
    },
  });
}

/** It is told of nothing by itself. */
function deaf(persister: FollowedStorage): FollowedStorage {
  return wrapped(persister, { onCommitted: () => () => {}, onHint: () => () => {} });
}

function wrapped(persister: FollowedStorage, changed: Partial<FollowedStorage>): FollowedStorage {
  return {
    isExclusive: persister.isExclusive,
    soleNewest: () => persister.soleNewest(),
    readChanges: (after, options) => persister.readChanges(after, options),
    scanTuples: (options) => persister.scanTuples(options),
    onCommitted: (listener) => persister.onCommitted(listener),
    onHint: (listener) => persister.onHint(listener),
    ...changed,
  };
}
