import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { SqlPermissionEngine } from '../../../src/graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../../src/persistence/sql/open-persister.ts';
import { type TestDatabase, testDatabases } from '../../support/databases.ts';
import { GraphEngine } from '../../support/graph-engine.ts';
import { assertListsAgree, assertListsAgreeAtEveryDepth } from '../../support/list-agreement.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { type RandomWorld, randomWorld } from '../../support/random-world.ts';
import { residentEngine } from '../../support/resident-engine.ts';

/** How many random worlds each source is asked; the long run sets it. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 160);

describe('lists are what checks say yes to, on random worlds', () => {
  it('over tuples in memory, and on a graph of them', async () => {
    await agreeOn(RUNS, (world) =>
      assertListsAgree(world, [
        new SqlPermissionEngine({ persister: new MemoryReader(world.tuples) }),
        residentEngine(world.tuples),
      ]),
    );
  });

  it('at every depth', async () => {
    await agreeOn(Math.ceil(RUNS / 4), (world) => assertListsAgreeAtEveryDepth(world, residentEngine(world.tuples)));
  });

  for (const kind of testDatabases()) {
    describe(`over ${kind.name}`, () => {
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

      it('and on the graph that follows it, also when it lacks a namespace', async () => {
        const sources = new Set<string | undefined>();
        let runs = 0;
        await agreeOn(Math.ceil(RUNS / 15), async (world) => {
          await persister.deleteTuples({});
          await persister.writeTuples(world.tuples.map((tuple) => ({ action: 'insert', tuple })));
          if (runs++ % 4 === 2) graph.leaveOut(['N']);
          else if (runs % 4 === 1) graph.leaveOut([]);
          await graph.following();
          const { engine } = graph;
          await assertListsAgree(world, [new SqlPermissionEngine({ persister }), engine]);
          const [question] = world.questions;
          if (question === undefined) return;
          const options = { model: world.model, strict: world.strict, maxDepth: 9 };
          const { source } = await engine.listObjects({ ...question, relation: '' }, options);
          sources.add(source);
        });
        assert.deepEqual(sources, new Set(['graph', 'database']));
      });
    });
  }
});

async function agreeOn(runs: number, agree: (world: RandomWorld) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(randomWorld, agree), { numRuns: runs });
}
