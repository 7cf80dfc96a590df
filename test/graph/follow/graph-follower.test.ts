import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SthenoError } from '../../../src/errors.ts';
import { type FollowedStorage, GraphFollower } from '../../../src/graph/follow/graph-follower.ts';
import { type OpenedPersister, openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { deltas, inserts, tuples } from '../../contract/contract-context.ts';
import { testDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { MapGraph } from './map-graph.ts';

interface Opened {
  readonly persister: OpenedPersister;
  /** As of another process; the same where that cannot be. */
  readonly other: OpenedPersister;
  follow(options?: Partial<ConstructorParameters<typeof GraphFollower<MapGraph>>[0]>): Follower;
}

type Follower = GraphFollower<MapGraph> & { readonly failures: string[] };

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
          await test({ persister, other: second ?? persister, follow });
        } finally {
          for (const follower of followers) await follower[Symbol.asyncDispose]();
          await second?.[Symbol.asyncDispose]();
        }
      });
    };

    run('loads what is stored, and answers nothing before', async ({ persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a', '+n:o#r@(m:g#x)'));
      const follower = follow();
      assert.equal(follower.state.kind, 'loading');
      assert.equal(typeof follower.graph, 'undefined');
      assert.equal(await follower.fresh(), undefined);
      assert.equal(await follower.awaitRevision(1), undefined);
      await following(follower);
      assert.equal(follower.revision, 1);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@(m:g#x)'));
    });

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

    run('is built anew when it was behind what the log still has', async ({ persister, other, follow }) => {
      if (persister.isExclusive) return; // Nothing is committed that it does not hear of.
      const follower = await following(follow({ persister: deaf(persister), pollIntervalMs: 1_000_000 }));
      await sleep(20); // The read that follows every load has begun,
      await follower.fresh(); // and is over.
      await other.writeTuples(deltas('+n:o#r@a'));
      await other.writeTuples(deltas('+n:o#r@b'));
      await other.trimChanges({ committedBefore: new Date(Date.now() + 3_600_000), limit: 1 });
      assert.equal(await follower.fresh(), undefined);
      assert.match(`${follower.failures}`, /begins behind revision 1/);
      await following(follower);
      assert.deepEqual(follower.graph?.tuples(), tuples('n:o#r@a', 'n:o#r@b'));
    });
  });
}

function startFollower(persister: FollowedStorage, options: Parameters<Opened['follow']>[0] = {}): Follower {
  const failures: string[] = [];
  const follower = new GraphFollower<MapGraph>({
    persister,
    createGraph: () => new MapGraph(),
    minRetryMs: 10,
    observer: {
      failed: ({ reason }) => {
        failures.push(reason);
      },
    },
    ...options,
  });
  follower.start();
  return Object.assign(follower, { failures });
}

async function following(follower: Follower): Promise<Follower> {
  await eventually(() => follower.state.kind === 'following');
  return follower;
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
    readChanges: (after, options) => persister.readChanges(after, options),
    scanTuples: (options) => persister.scanTuples(options),
    onCommitted: (listener) => persister.onCommitted(listener),
    onHint: (listener) => persister.onHint(listener),
    ...changed,
  };
}
