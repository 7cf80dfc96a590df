import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileModel } from '../../src/engine/compile-model.ts';
import { Evaluation } from '../../src/engine/evaluation.ts';
import { MEMBER, NOT_MEMBER, OUT_OF_DEPTH, OUT_OF_STEPS, type Verdict } from '../../src/engine/verdict.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { ResidentFacts } from '../../src/graph/resident-facts.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

/** More than walking every way of a cycle is tried with, which is done at a stretch. */
const GROUPS = 51_000;
const SLICE_STEPS = 500;
/** A slice may end a little later, as a stretch of a long formula is written at once. */
const MAX_SLICE_STEPS = 4000;
/** Some questions are asked of the source for each step. */
const MAX_SLICE_CALLS = 4000;
/** Only unlimited steps show every cycle as it is. */
const MAX_STEPS = 10_000_000;
const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace {
      related: { members: (User | SubjectSet<Group, "members">)[] }
      permits = { outside: (ctx: Context): boolean => !this.related.members.includes(ctx.subject) }
    }
    class Doc implements Namespace {
      related: { parents: Group[] }
      permits = {
        view: (ctx: Context): boolean => this.related.parents.traverse((parent) => parent.related.members.includes(ctx.subject)),
        hide: (ctx: Context): boolean => !this.related.parents.traverse((parent) => parent.permits.outside(ctx)),
      }
    }`,
});

describe('the evaluation of a set with many subject sets', () => {
  const graph = new ResidentGraph();
  for (const tuple of manyGroups()) graph.insert(tuple);

  const cases: { name: string; question: string; maxSteps?: number; depth?: number; verdict: Verdict }[] = [
    { name: 'whose subject is in none of them', question: 'Group:all#members@eve', verdict: NOT_MEMBER },
    { name: 'whose subject is in the last of them', question: 'Group:all#members@ann', verdict: MEMBER },
    { name: 'whose subject is in many of them', question: 'Group:top#members@bob', verdict: MEMBER },
    { name: 'whose subject is in many others', question: 'Group:all#members@cy', verdict: NOT_MEMBER },
    { name: 'beyond its steps', question: 'Group:all#members@eve', maxSteps: 3000, verdict: -OUT_OF_STEPS },
    { name: 'beyond its depth', question: 'Group:all#members@eve', depth: 1, verdict: -OUT_OF_DEPTH },
    { name: 'that a traverse leads to', question: 'Doc:wide#view@eve', verdict: NOT_MEMBER },
    { name: 'that a traverse leads to, the last of which decides', question: 'Doc:wide#view@ann', verdict: MEMBER },
    {
      name: 'that a traverse leads to, beyond its depth',
      question: 'Doc:wide#view@eve',
      depth: 2,
      verdict: -OUT_OF_DEPTH,
    },
    { name: 'that a traverse below negations leads to', question: 'Doc:wide#hide@eve', verdict: NOT_MEMBER },
    {
      name: 'that lead to each other in a ring',
      question: 'Group:ring0#members@eve',
      depth: GROUPS * 2,
      verdict: NOT_MEMBER,
    },
    { name: 'that lead back to it', question: 'Group:star#members@eve', depth: GROUPS * 3, verdict: NOT_MEMBER },
    { name: 'that lead back to it, beyond its depth', question: 'Group:star#members@eve', verdict: -OUT_OF_DEPTH },
  ];
  for (const { name, question, maxSteps = MAX_STEPS, depth = 25, verdict } of cases) {
    it(`takes few steps at a time: ${name}`, () => {
      const asked = ask(graph, parseTestTuple(question), maxSteps);
      assert.equal(answerOf(asked, depth), verdict);
      // What is known by then, or given up, does no harm to the next question.
      assert.equal(answerOf(asked, depth), verdict);
    });
  }
});

/** A group with many groups, each of which has a group of its own; a document that they are parents of; rings of groups. */
function manyGroups(): RelationTuple[] {
  const numbers = Array.from({ length: GROUPS }, (_, i) => i);
  return [
    'Group:top#members@(Group:all#members)',
    `Group:g${GROUPS - 1}-inner#members@ann`,
    ...numbers.flatMap((i) => [
      `Group:all#members@(Group:g${i}#members)`,
      `Group:g${i}#members@(Group:g${i}-inner#members)`,
      `Group:other${i}#members@bob`,
      `Group:other${i}#members@cy`,
      `Doc:wide#parents@(Group:g${i}#)`,
      `Group:ring${i}#members@(Group:ring${(i + 1) % GROUPS}#members)`,
      `Group:star#members@(Group:ray${i}#members)`,
      `Group:ray${i}#members@(Group:star#members)`,
    ]),
    'Group:g7#members@bob',
  ].map(parseTestTuple);
}

interface Asked {
  readonly evaluation: Evaluation;
  readonly source: CountingFacts;
  readonly root: number;
}

function ask(graph: ResidentGraph, tuple: RelationTuple, maxSteps: number): Asked {
  const source = new CountingFacts(graph, new Set());
  source.begin(tuple.subject);
  const evaluation = new Evaluation({
    program: compileModel(MODEL, graph.names),
    strict: false,
    subject: source.shapeOf(tuple.subject),
    source,
    maxSteps,
  });
  const root = evaluation.question(source.object(tuple.namespace, tuple.object), source.name(tuple.relation));
  return { evaluation, source, root };
}

function answerOf({ evaluation, source, root }: Asked, depth: number): Verdict {
  evaluation.start(root, depth);
  for (;;) {
    const before = evaluation.steps;
    source.calls = 0;
    const verdict = evaluation.advance(SLICE_STEPS);
    assert.ok(evaluation.steps - before < MAX_SLICE_STEPS, `${evaluation.steps - before} steps at a time`);
    assert.ok(source.calls < MAX_SLICE_CALLS, `${source.calls} calls of the source at a time`);
    if (verdict !== undefined) return verdict;
  }
}

/** Counts what the source is asked. */
class CountingFacts extends ResidentFacts {
  calls = 0;

  override isStored(set: number): number {
    this.calls++;
    return super.isStored(set);
  }

  override nextSubjectSet(): number {
    this.calls++;
    return super.nextSubjectSet();
  }

  override nextHolder(): number {
    this.calls++;
    return super.nextHolder();
  }
}
