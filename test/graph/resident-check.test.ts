import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CheckAnswer, EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { ResidentCheck } from '../../src/graph/resident-check.ts';
import { isSameAnswer } from '../../src/graph/same-answer.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { disagreement } from '../support/reference-agreement.ts';

/** How many random worlds are asked; the long run sets it. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 1600);
const MAX_DEPTH = 12;
const MAX_STEPS = 1_000_000;

describe('a check on a graph that has all tuples', () => {
  it('agrees with the reference evaluator', async () => {
    const property = fc.asyncProperty(randomWorld, async (world) => {
      const difference = await disagreement(world, {
        check: async (questions, options) => ({
          revision: 1,
          answers: answersOf(graphOf(world.tuples), questions, options),
        }),
      });
      if (difference !== undefined) throw new Error(difference);
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('agrees with the database at every depth, limitations included', async () => {
    const property = fc.asyncProperty(randomWorld, async (world) => {
      const engine = new SqlPermissionEngine({ persister: new MemoryReader(world.tuples) });
      const graph = graphOf(world.tuples);
      for (let maxDepth = 1; maxDepth <= MAX_DEPTH; maxDepth++) {
        const options = { model: world.model, strict: world.strict, maxDepth };
        const { answers } = await engine.check(world.questions, options);
        answersOf(graph, world.questions, options).forEach((answer, i) => {
          assert.ok(isSameAnswer(answer, answers[i] as CheckAnswer), `${JSON.stringify(answer)} at depth ${maxDepth}`);
        });
      }
    });
    await fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });
});

function graphOf(tuples: RandomWorld['tuples']): ResidentGraph {
  const graph = new ResidentGraph();
  for (const tuple of tuples) graph.insert(tuple);
  return graph;
}

/** One check object serves all worlds, as it serves all requests. */
let check: ResidentCheck | undefined;

function answersOf(
  graph: ResidentGraph,
  questions: readonly RelationTuple[],
  options: EvaluationOptions,
): readonly CheckAnswer[] {
  const asked = { graph, absent: new Set<number>(), questions, options, maxSteps: MAX_STEPS };
  if (check === undefined) check = new ResidentCheck(asked);
  else check.begin(asked);
  while (check.advance() === 'paused');
  return check.answers;
}
