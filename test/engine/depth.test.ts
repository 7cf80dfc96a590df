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
const UNLIMITED_DEPTH = 65_535;
const SEED = process.env.STHENO_TEST_SEED === undefined ? {} : { seed: Number(process.env.STHENO_TEST_SEED) };

describe('depth', () => {
  it('is counted as on every way walked', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 9 }), async (world, maxDepth) => {
      const { model, strict } = world;
      for (const question of world.questions) {
        const expected = walk(world, question, maxDepth);
        if (expected === undefined) continue;
        const answer = await ask(new MemoryReader(world.tuples), question, { model, strict, maxDepth });
        assert.equal(
          answer,
          expected,
          `${JSON.stringify(question)} at ${maxDepth}, ${strict ? 'strict' : 'not strict'}`,
        );
      }
    });
    await fc.assert(property, { numRuns: RUNS, ...SEED });
  });

  it('leaves the answers of the definition when every way is walked to its end', async () => {
    const property = fc.asyncProperty(randomWorld, async (world) => {
      const { model, tuples, strict } = world;
      for (const question of world.questions) {
        const answer = walk(world, question, UNLIMITED_DEPTH)?.split(' ')[0];
        if (answer === undefined) continue;
        const expected = referenceCheck(model, tuples, question, strict);
        if (expected === 'error-or-paradox') assert.match(answer, /^(error|paradox)$/);
        else assert.equal(answer, expected, JSON.stringify(question));
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
        assert.equal(textOf(answers[i]), alone, JSON.stringify(question));
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

/** The answer of walking every way; undefined when there are too many. */
function walk({ model, tuples, strict }: RandomWorld, question: RelationTuple, maxDepth: number): string | undefined {
  try {
    return depthCheck(model, tuples, question, { strict, maxDepth });
  } catch (error) {
    if (error instanceof TooManyWaysError) return undefined;
    throw error;
  }
}

async function ask(
  reader: MemoryReader,
  question: RelationTuple,
  options: { model: Model; strict: boolean; maxDepth: number },
): Promise<string> {
  const { answers } = await new SqlPermissionEngine({ persister: reader }).check([question], options);
  return textOf(answers[0]);
}

/** A fault with its relation, as the reference names it. */
function textOf(answer: CheckAnswer | undefined): string {
  if (answer?.kind !== 'error') return String(answer?.kind);
  const relation = /"(.*)"/.exec(answer.error.reason ?? '')?.[1];
  return `${answer.error.code === 'invalid_argument' ? 'error' : 'paradox'} ${relation}`;
}
