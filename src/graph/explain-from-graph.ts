import { compileModel } from '../engine/compile-model.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { explain } from '../engine/explainer.ts';
import type { Explanation } from '../engine/explanation.ts';
import type { ExplainOptions, ExplainResult } from '../engine/permission-engine.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import { answerOf } from './answer-of.ts';
import type { EvaluationPool } from './evaluation-pool.ts';
import type { FollowedState } from './followed-state.ts';
import { GraphMoved, GraphTurns } from './lookup/graph-turns.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';
import { type AbsentNamespaces, ResidentFacts } from './resident-facts.ts';

/** Steps between two looks at the clock: well below a millisecond. */
const SLICE_STEPS = 2000;
/** The same of steps of explaining, which take longer. */
const EXPLAINED_STEPS = 200;

interface ExplainFromGraph extends ExplainOptions {
  readonly maxCheckSteps: number;
  readonly pool: EvaluationPool;
}

interface Source {
  readonly state: FollowedState;
  readonly isAbsent: (namespace: string) => boolean;
}

/**
 * Explains an answer at the revision that the graph has now. Undefined when the graph cannot do it: it moved on in
 * between, or lacks a namespace on the way.
 *
 * The formulas hold every operand, as those over facts that have to be loaded do: over facts at hand they leave out what
 * decides nothing, and an explanation shows that too.
 */
export async function explainFromGraph(
  question: RelationTuple,
  options: ExplainFromGraph,
  source: Source,
): Promise<ExplainResult | undefined> {
  if (source.state.graph === undefined) return undefined;
  const release = source.state.hold();
  try {
    return await explainInTurns(question, options, source);
  } catch (error) {
    if (error instanceof GraphMoved) return undefined;
    throw error;
  } finally {
    release?.();
  }
}

async function explainInTurns(
  question: RelationTuple,
  options: ExplainFromGraph,
  { state, isAbsent }: Source,
): Promise<ExplainResult | undefined> {
  const turns = new GraphTurns(state, options.cancellation);
  const { graph, revision } = turns;
  const absent = new AbsentOnTheWay(graph, isAbsent);
  const facts = new ResidentFacts(graph, absent);
  facts.begin(question.subject);
  const program = compileModel(options.model, graph.names);
  const inquiry = { program, strict: options.strict, subject: facts.shapeOf(question.subject), source: facts };
  const evaluation = options.pool.take(inquiry, options.maxCheckSteps);
  evaluation.beComplete();
  const asked = evaluation.question(facts.object(question.namespace, question.object), facts.name(question.relation));
  evaluation.start(asked, options.maxDepth);
  const verdict = await verdictOf(evaluation, turns);
  if (absent.wasMet) return undefined;
  const explaining = explain({
    nodes: evaluation.nodes,
    formulas: evaluation.formulas,
    source: facts,
    program,
    question: asked,
    verdict,
    depth: options.maxDepth,
    subject: question.subject,
    setOf: (object, relation) => setOf({ object, relation: facts.nameOf(relation) }, question, graph),
    answerOf: (one) => answerOf(one, (relation) => facts.nameOf(relation)),
    maxSteps: options.maxSteps,
  });
  const explanation = await explanationOf(explaining, turns);
  options.pool.give(evaluation);
  return { revision, answer: answerOf(verdict, (relation) => facts.nameOf(relation)), explanation };
}

/** The namespaces that the graph does not have, and whether one of them was asked for. */
class AbsentOnTheWay implements AbsentNamespaces {
  /** Any may be absent. */
  readonly size = 1;
  wasMet = false;
  readonly #graph: ResidentGraph;
  readonly #isAbsent: (namespace: string) => boolean;

  constructor(graph: ResidentGraph, isAbsent: (namespace: string) => boolean) {
    this.#graph = graph;
    this.#isAbsent = isAbsent;
  }

  has(namespace: number): boolean {
    const isAbsent = namespace < this.#graph.names.size && this.#isAbsent(this.#graph.names.name(namespace));
    this.wasMet ||= isAbsent;
    return isAbsent;
  }
}

async function verdictOf(evaluation: Evaluation, turns: GraphTurns): Promise<Verdict> {
  for (;;) {
    const verdict = evaluation.advance(SLICE_STEPS);
    if (verdict !== undefined) return verdict;
    await turns.pause();
  }
}

async function explanationOf(explaining: Generator<number, Explanation>, turns: GraphTurns): Promise<Explanation> {
  let steps = 0;
  for (;;) {
    const { done, value } = explaining.next();
    if (done === true) return value;
    steps += value;
    if (steps < EXPLAINED_STEPS) continue;
    steps = 0;
    await turns.pause();
  }
}

/** A set by its names. The graph does not know every object that is asked about. */
function setOf(
  { object, relation }: { readonly object: number; readonly relation: string },
  question: RelationTuple,
  graph: ResidentGraph,
): SubjectSet {
  if (object < 0) return { namespace: question.namespace, object: question.object, relation };
  return { namespace: graph.names.name(graph.namespaceOf(object)), object: graph.objectName(object), relation };
}
