import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OpenedPersister, openPersister } from '../../../src/persistence/sql/open-persister.ts';
import { deltas, inserts, tuples } from '../../contract/contract-context.ts';
import { testDatabases } from '../../support/databases.ts';
import { MapGraph } from './map-graph.ts';
import { type Follower, type FollowOptions, following, startFollower } from './start-follower.ts';

/** More than a page of a load. */
const MANY = tuples(...Array.from({ length: 2500 }, (_, index) => `n:o#r@${index}` as const));

interface Opened {
  readonly persister: OpenedPersister;
  follow(options?: FollowOptions): Follower;
}

for (const kind of testDatabases()) {
  describe(`a graph that is loaded from ${kind.name}`, () => {
    const run = (name: string, test: (opened: Opened) => Promise<void>): void => {
      it(name, async () => {
        await using database = await kind.create();
        await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
        const followers: Follower[] = [];
        const follow: Opened['follow'] = (options = {}) => {
          const follower = startFollower(persister, options);
          followers.push(follower);
          return follower;
        };
        try {
          await test({ persister, follow });
        } finally {
          for (const follower of followers) await follower[Symbol.asyncDispose]();
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

    run('takes a graph that was loaded aside to what was committed meanwhile', async ({ persister, follow }) => {
      await persister.writeTuples(inserts(MANY));
      const follower = await following(
        follow({
          loadAside: async () => {
            const graph = new MapGraph();
            for (const tuple of MANY) graph.insert(tuple);
            await persister.writeTuples(deltas('+n:o#r@late', '-n:o#r@7'));
            return graph;
          },
        }),
      );
      const [late, gone] = tuples('n:o#r@late', 'n:o#r@7');
      assert.deepEqual([follower.revision, follower.failures], [2, []]);
      assert.equal(follower.graph?.size, MANY.length);
      assert.deepEqual([late && follower.graph?.insert(late), gone && follower.graph?.delete(gone)], [false, false]);
    });

    run('loads the rest itself when that cannot be done aside', async ({ persister, follow }) => {
      await persister.writeTuples(inserts(MANY));
      let asked = 0;
      const loadAside = async () => {
        asked++;
        return undefined;
      };
      const follower = await following(follow({ loadAside }));
      assert.deepEqual([asked, follower.graph?.size, follower.failures], [1, MANY.length, []]);
    });

    run('loads few tuples itself', async ({ persister, follow }) => {
      await persister.writeTuples(deltas('+n:o#r@a'));
      const follower = await following(follow({ loadAside: () => Promise.reject(new Error('nobody asks')) }));
      assert.deepEqual([follower.graph?.size, follower.failures], [1, []]);
    });
  });
}
