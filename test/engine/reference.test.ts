import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { EngineStorage } from '../../src/graph/sql-permission-engine.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { testDatabases } from '../support/databases.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { randomWorld } from '../support/random-world.ts';
import { disagreement } from '../support/reference-agreement.ts';
import { type ReferenceAnswer, referenceCheck } from '../support/reference-evaluator.ts';
import { modelOf, readWorlds } from '../support/world.ts';

/** How many random worlds each source is asked; the long run sets it. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 1000);

describe('the reference evaluator', () => {
  // Their answers are those of an oracle that knows no limits.
  for (const file of ['worlds/random.json', 'worlds/random-errors.json', 'worlds/paradox.json']) {
    it(`gives the recorded answers of ${file}`, () => {
      for (const world of readWorlds(file)) {
        const model = modelOf(world);
        const tuples = world.tuples.map(parseTestTuple);
        world.checks?.forEach(([question, , recorded], index) => {
          const expected = world.differs?.checks?.[index]?.answer ?? recorded;
          const answer = referenceCheck(model, tuples, parseTestTuple(question), world.config?.strict ?? false);
          assert.ok(
            alternatives(expected).some((one) => isAnswer(answer, one)),
            `${world.name}, check ${index}: ${answer}`,
          );
        });
      }
    });
  }
});

function alternatives(expected: unknown): unknown[] {
  return typeof expected === 'object' && expected !== null && 'any' in expected
    ? (expected.any as unknown[])
    : [expected];
}

function isAnswer(answer: ReferenceAnswer, expected: unknown): boolean {
  if (typeof expected === 'boolean') return answer === (expected ? 'member' : 'not-member');
  const { code } = expected as { code: string };
  return code === 'INVALID_ARGUMENT' ? answer.startsWith('error') : answer.endsWith('paradox');
}

describe('the engine and the reference evaluator agree on random worlds', () => {
  it('over tuples in memory', async () => {
    await agreeOn(RUNS, async (tuples) => memoryStorage(tuples));
  });

  for (const kind of testDatabases()) {
    describe(`over ${kind.name}`, async () => {
      const database = await kind.create();
      const persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      after(async () => {
        await persister[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      });

      it('with the tuples of each world written over those of the last', async () => {
        // Every world costs a write: fewer of them, on the same statements.
        await agreeOn(Math.ceil(RUNS / 5), async (tuples) => rewritten(persister, tuples));
      });
    });
  }
});

async function agreeOn(
  runs: number,
  store: (tuples: readonly RelationTuple[]) => Promise<EngineStorage>,
): Promise<void> {
  const property = fc.asyncProperty(randomWorld, async (world) => {
    const engine = new SqlPermissionEngine({ persister: await store(world.tuples) });
    const difference = await disagreement(world, engine);
    if (difference !== undefined) throw new Error(difference);
  });
  await fc.assert(property, { numRuns: runs });
}

function memoryStorage(tuples: readonly RelationTuple[]): EngineStorage {
  const reader = new MemoryReader(tuples);
  return {
    readFacts: (frontier) => reader.readFacts(frontier),
    listTuples: (query, options) => reader.listTuples(query, options),
    readRevision: () => reader.readRevision(),
    readSnapshot: (read) => read(reader),
  };
}

/** Makes the given tuples the whole content of the store. */
async function rewritten(persister: OpenedPersister, tuples: readonly RelationTuple[]): Promise<OpenedPersister> {
  await persister.deleteTuples({});
  await persister.writeTuples(tuples.map((tuple) => ({ action: 'insert', tuple })));
  return persister;
}
