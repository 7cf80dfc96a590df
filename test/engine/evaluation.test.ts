import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModel } from '../../src/engine/compile-model.ts';
import { Evaluation } from '../../src/engine/evaluation.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_STEPS, type Verdict } from '../../src/engine/verdict.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { ResidentFacts } from '../../src/graph/resident-facts.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const GROUPS = 20_000;
const SLICE_STEPS = 500;
/** A slice may end a little later, as a stretch of a long formula is written at once. */
const MAX_SLICE_STEPS = 4000;
const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }`,
});

describe('the evaluation of a set with many subject sets', () => {
  const graph = new ResidentGraph();
  for (const tuple of manyGroups()) graph.insert(tuple);

  const cases: { name: string; question: string; maxSteps?: number; verdict: Verdict }[] = [
    { name: 'whose subject is in none of them', question: 'Group:all#members@eve', verdict: NOT_MEMBER },
    { name: 'whose subject is in the last of them', question: 'Group:all#members@ann', verdict: MEMBER },
    { name: 'whose subject is in many of them', question: 'Group:top#members@bob', verdict: MEMBER },
    { name: 'beyond its steps', question: 'Group:all#members@eve', maxSteps: 3000, verdict: -OUT_OF_STEPS },
  ];
  for (const { name, question, maxSteps = 1_000_000, verdict } of cases) {
    it(`takes few steps at a time: ${name}`, () => {
      const { evaluation, root } = ask(graph, parseTestTuple(question), maxSteps);
      assert.equal(answerOf(evaluation, root), verdict);
      // What is known by then, or given up, does no harm to the next question.
      assert.equal(answerOf(evaluation, root), verdict);
    });
  }
});

/** A group with many groups, each of which has a group of its own. */
function manyGroups(): RelationTuple[] {
  const numbers = Array.from({ length: GROUPS }, (_, i) => i);
  return [
    'Group:top#members@(Group:all#members)',
    `Group:g${GROUPS - 1}-inner#members@ann`,
    ...numbers.flatMap((i) => [
      `Group:all#members@(Group:g${i}#members)`,
      `Group:g${i}#members@(Group:g${i}-inner#members)`,
      `Group:other${i}#members@bob`,
    ]),
    'Group:g7#members@bob',
  ].map(parseTestTuple);
}

function ask(graph: ResidentGraph, tuple: RelationTuple, maxSteps: number): { evaluation: Evaluation; root: number } {
  const source = new ResidentFacts(graph, new Set());
  source.begin(tuple.subject);
  const evaluation = new Evaluation({
    program: compileModel(MODEL, graph.names),
    strict: false,
    subject: source.shapeOf(tuple.subject),
    source,
    maxSteps,
  });
  const root = evaluation.question(source.object(tuple.namespace, tuple.object), source.name(tuple.relation));
  return { evaluation, root };
}

function answerOf(evaluation: Evaluation, root: number): Verdict {
  evaluation.start(root, 25);
  for (;;) {
    const before = evaluation.steps;
    const verdict = evaluation.advance(SLICE_STEPS);
    assert.ok(evaluation.steps - before < MAX_SLICE_STEPS, `${evaluation.steps - before} steps at a time`);
    if (verdict !== undefined) return verdict;
  }
}
