import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CheckAnswer } from '../../src/engine/permission-engine.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { Model } from '../../src/namespace/model.ts';
import type { Facts, Frontier } from '../../src/persistence/tuple-reader.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { depthCheck, TooManyWaysError } from '../support/depth-reference.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { referenceCheck } from '../support/reference-evaluator.ts';

const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 400);
const SEED = process.env.STHENO_TEST_SEED === undefined ? {} : { seed: Number(process.env.STHENO_TEST_SEED) };

describe('depth', () => {
  it('is counted as on every way walked', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 9 }), async (world, maxDepth) => {
      const { model, strict } = world;
      for (const question of world.questions) {
        const expected = walk(world, question, maxDepth);
        if (expected === undefined) continue;
        const answer = await ask(new MemoryReader(world.tuples), question, { model, strict, maxDepth });
        // Below a negation a set that is cut could become a member that it is not.
        if (answer === 'unknown' && hasNegation(world)) continue;
        assert.equal(
          answer,
          expected,
          `${JSON.stringify(question)} at ${maxDepth}, ${strict ? 'strict' : 'not strict'}`,
        );
      }
    });
    await fc.assert(property, { numRuns: RUNS, ...SEED });
  });

  it('only turns an unknown into an answer when there is more of it', async () => {
    const property = fc.asyncProperty(randomWorld, async ({ tuples, questions, model, strict }) => {
      for (const question of questions) {
        let known: string | undefined;
        for (let maxDepth = 1; maxDepth < 12; maxDepth++) {
          const answer = await ask(new MemoryReader(tuples), question, { model, strict, maxDepth });
          if (known !== undefined) assert.equal(answer, known);
          if (answer !== 'unknown') known = answer;
        }
      }
    });
    await fc.assert(property, { numRuns: RUNS / 4, ...SEED });
  });

  it('gives the same answers whatever order the rows come in', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 9 }), async (world, maxDepth) => {
      const { model, strict, questions, tuples } = world;
      for (const question of questions) {
        const options = { model, strict, maxDepth };
        const answer = await ask(new MemoryReader(tuples), question, options);
        assert.equal(await ask(new ReversedReader(tuples), question, options), answer, JSON.stringify(question));
      }
    });
    await fc.assert(property, { numRuns: RUNS, ...SEED });
  });

  it('gives the same answers to a batch as to each question alone', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 9 }), async (world, maxDepth) => {
      const { model, strict, questions } = world;
      const reader = new MemoryReader(world.tuples);
      const { answers } = await new SqlPermissionEngine({ persister: reader }).check(questions, {
        model,
        strict,
        maxDepth,
      });
      for (const [i, question] of questions.entries()) {
        const alone = await ask(reader, question, { model, strict, maxDepth });
        assert.equal(kindOf(answers[i]), alone, JSON.stringify(question));
      }
    });
    await fc.assert(property, { numRuns: RUNS, ...SEED });
  });
});

/** Lists the subject sets of every set from the last to the first. */
class ReversedReader extends MemoryReader {
  override async readFacts(frontier: Frontier): Promise<Facts> {
    const facts = await super.readFacts(frontier);
    return { ...facts, subjectSets: facts.subjectSets.map((sets) => sets.toReversed()) };
  }
}

/**
 * The answer of walking every way; undefined where that is no answer: for paradoxes, when there
 * are too many ways, and where cutting a set below a negation has made a wrong one of it.
 */
function walk({ model, tuples, strict }: RandomWorld, question: RelationTuple, maxDepth: number): string | undefined {
  const unlimited = referenceCheck(model, tuples, question, strict);
  if (unlimited.endsWith('paradox')) return undefined;
  try {
    const answer = depthCheck(model, tuples, question, { strict, maxDepth });
    return answer === 'unknown' || answer === unlimited ? answer : undefined;
  } catch (error) {
    if (error instanceof TooManyWaysError) return undefined;
    throw error;
  }
}

function hasNegation({ namespaces }: RandomWorld): boolean {
  return JSON.stringify(namespaces).includes('"invert"');
}

async function ask(
  reader: MemoryReader,
  question: RelationTuple,
  options: { model: Model; strict: boolean; maxDepth: number },
): Promise<string> {
  const { answers } = await new SqlPermissionEngine({ persister: reader }).check([question], options);
  return kindOf(answers[0]);
}

function kindOf(answer: CheckAnswer | undefined): string {
  if (answer?.kind !== 'error') return String(answer?.kind);
  return answer.error.code === 'invalid_argument' ? 'error' : 'paradox';
}
