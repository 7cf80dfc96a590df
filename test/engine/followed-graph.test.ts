import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, TupleDelta } from '../../src/tuple/relation-tuple.ts';
import { type TestDatabase, testDatabases } from '../support/databases.ts';
import { GraphEngine } from '../support/graph-engine.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { disagreement } from '../support/reference-agreement.ts';

/** How many random worlds are asked; the long run sets it. Every world costs several writes. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 1600);

for (const kind of testDatabases()) {
  describe(`a graph that has followed random writes over ${kind.name}`, () => {
    const runs = Math.ceil(kind.name === 'SQLite memory' ? RUNS / 4 : RUNS / 20);
    let database: TestDatabase;
    let persister: OpenedPersister;
    let graph: GraphEngine;

    before(async () => {
      database = await kind.create();
      persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      graph = new GraphEngine(persister);
    });
    after(async () => {
      await graph[Symbol.asyncDispose]();
      await persister[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    it('agrees with the reference evaluator, also after restarts, rebuilds and evictions', async () => {
      const sources = new Set<string | undefined>();
      const property = fc.asyncProperty(randomWorld, fc.gen(), async (world, gen) => {
        const upTo = (max: number): number => gen(fc.integer, { min: 0, max });
        const absent = upTo(3) === 0 ? world.namespaces.map(({ name }) => name).filter(() => upTo(1) === 0) : [];
        graph.leaveOut(absent);
        // The world before this one is still stored: its tuples are deleted while others come.
        await persister.deleteTuples({});
        for (const deltas of commitsTo(world, upTo)) {
          if (upTo(20) === 0) await graph.following();
          if (upTo(20) === 0) graph.follower.fail('a test says so');
          if (upTo(20) === 0) {
            await graph[Symbol.asyncDispose]();
            graph = new GraphEngine(persister);
            graph.leaveOut(absent);
          }
          await persister.writeTuples(deltas);
        }
        await graph.following();
        const difference = await disagreement(world, {
          check: async (questions, options) => {
            const result = await graph.engine.check(questions, options);
            sources.add(result.source);
            return result;
          },
        });
        if (difference !== undefined) throw new Error(`without ${absent.join(', ')}\n${difference}`);
      });
      await fc.assert(property, { numRuns: runs });
      assert.ok(sources.has('graph') && sources.has('both'), [...sources].join(', '));
    });
  });
}

/** Random writes after which exactly the tuples of a world are stored. */
function commitsTo({ tuples }: RandomWorld, upTo: (max: number) => number): TupleDelta[][] {
  const insert = (tuple: RelationTuple): TupleDelta => ({ action: 'insert', tuple });
  const remove = (tuple: RelationTuple): TupleDelta => ({ action: 'delete', tuple });
  const commits: TupleDelta[][] = [];
  for (let at = 0; at < tuples.length; ) {
    const some = tuples.slice(at, at + 1 + upTo(6));
    at += some.length;
    commits.push(some.map(insert));
    // What is stored goes and comes again.
    if (upTo(3) === 0) commits.push(some.map(remove), some.map(insert));
  }
  return commits;
}
