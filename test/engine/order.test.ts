import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { CheckAnswer } from '../../src/engine/permission-engine.ts';
import { type EngineStorage, SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { Model } from '../../src/namespace/model.ts';
import type { Namespace, RewriteChild, SubjectSetRewrite } from '../../src/namespace/namespace.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import { type TestDatabase, testDatabases } from '../support/databases.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';

/** Every world is asked twice, and written twice: a quarter of those that other tests look at. */
const RUNS = Math.ceil(Number(process.env.STHENO_TEST_WORLDS ?? 1600) / 4);
const MAX_DEPTH = 12;

type Store = (tuples: readonly RelationTuple[]) => Promise<EngineStorage>;

describe('over tuples in memory', () => {
  const store: Store = async (tuples) => new MemoryReader(tuples);

  it('no answer depends on an order', () => orderDoesNotMatter(RUNS, store));
});

for (const kind of testDatabases()) {
  describe(`over ${kind.name}`, () => {
    let database: TestDatabase;
    let persister: OpenedPersister;

    const store: Store = async (tuples) => {
      await persister.deleteTuples({});
      await persister.writeTuples(tuples.map((tuple) => ({ action: 'insert', tuple })));
      return persister;
    };

    before(async () => {
      database = await kind.create();
      persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    });
    after(async () => {
      await persister[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    it('no answer depends on an order', () => orderDoesNotMatter(Math.ceil(RUNS / 10), store));

    it('more depth only turns an unknown into an answer', async () => {
      const property = fc.asyncProperty(randomWorld, async (world) => {
        const storage = await store(world.tuples);
        const known = world.questions.map((): string | undefined => undefined);
        for (let maxDepth = 1; maxDepth <= MAX_DEPTH; maxDepth++) {
          const answers = await ask(world, storage, maxDepth);
          answers.forEach((answer, i) => {
            if (known[i] !== undefined) assert.equal(answer, known[i]);
            if (answer !== 'unknown depth') known[i] = answer;
          });
        }
      });
      await fc.assert(property, { numRuns: Math.ceil(RUNS / 20) });
    });
  });
}

/** Tuples written, questions asked and rules stated in another order: the answers are the same. */
async function orderDoesNotMatter(runs: number, store: Store): Promise<void> {
  const depths = fc.integer({ min: 1, max: MAX_DEPTH });
  const property = fc.asyncProperty(randomWorld, depths, fc.gen(), async (world, maxDepth, gen) => {
    const shuffle = <T>(items: readonly T[]): T[] => gen(fc.shuffledSubarray, [...items], { minLength: items.length });
    const other = inOtherOrder(world, shuffle);
    const answers = answersByQuestion(world, await ask(world, await store(world.tuples), maxDepth));
    const again = answersByQuestion(other, await ask(other, await store(other.tuples), maxDepth));
    assert.deepEqual(again, answers);
  });
  await fc.assert(property, { numRuns: runs });
}

type Shuffle = <T>(items: readonly T[]) => T[];

function inOtherOrder(world: RandomWorld, shuffle: Shuffle): RandomWorld {
  const namespaces = shuffle(world.namespaces).map(
    (namespace): Namespace => ({
      ...namespace,
      relations: shuffle(namespace.relations).map(({ name, types, rewrite }) => ({
        name,
        types: shuffle(types),
        ...(rewrite !== undefined && { rewrite: reordered(rewrite, shuffle) }),
      })),
    }),
  );
  return {
    ...world,
    namespaces,
    model: new Model('opl', namespaces),
    tuples: shuffle(world.tuples),
    questions: shuffle(world.questions),
  };
}

function reordered({ kind, children }: SubjectSetRewrite, shuffle: Shuffle): SubjectSetRewrite {
  return { kind, children: shuffle(children).map((child) => reorderedChild(child, shuffle)) };
}

function reorderedChild(child: RewriteChild, shuffle: Shuffle): RewriteChild {
  if (child.kind === 'invert') return { kind: 'invert', child: reorderedChild(child.child, shuffle) };
  return 'children' in child ? reordered(child, shuffle) : child;
}

async function ask({ model, strict, questions }: RandomWorld, persister: EngineStorage, maxDepth: number) {
  const { answers } = await new SqlPermissionEngine({ persister }).check(questions, { model, strict, maxDepth });
  return answers.map(answerText);
}

function answerText(answer: CheckAnswer): string {
  if (answer.kind === 'error') return `${answer.error.code} ${answer.error.reason}`;
  return answer.kind === 'unknown' ? `unknown ${answer.limitation}` : answer.kind;
}

function answersByQuestion({ questions }: RandomWorld, answers: readonly string[]): Record<string, string | undefined> {
  const sorted = questions.map((question, i) => [formatTuple(question), answers[i]] as const);
  return Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)));
}
