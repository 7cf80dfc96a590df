import { compileModel } from '../engine/compile-model.ts';
import type { Evaluation } from '../engine/evaluation.ts';
import { explain } from '../engine/explainer.ts';
import type { Explanation } from '../engine/explanation.ts';
import type { CheckAnswer, EvaluationOptions } from '../engine/permission-engine.ts';
import type { Program } from '../engine/program.ts';
import type { SubjectShape } from '../engine/subject-shape.ts';
import { UNLOADED, type Verdict } from '../engine/verdict.ts';
import type { RelationTuple, Subject } from '../tuple/relation-tuple.ts';
import { answerOf } from './answer-of.ts';
import type { EvaluationPool } from './evaluation-pool.ts';
import { type KnownSets, PartialGraph, type PendingLevel, SubjectFacts } from './partial-graph.ts';
import { subjectKey } from './subject-key.ts';

/** Steps between two looks at the clock: well below a millisecond, also before the code is warm. */
const SLICE_STEPS = 500;
/** After this much work other requests should get their turn. */
const MAX_TURN_MS = 5;

/** The questions of one call, evaluated as far as the loaded facts allow. */
export class LeveledCheck {
  readonly #options: EvaluationOptions;
  readonly #program: Program;
  readonly #maxSteps: number;
  readonly #graph: PartialGraph;
  readonly #pool: EvaluationPool;
  readonly #evaluations: Evaluation[] = [];
  /** The questions without an answer. */
  readonly #pending: Pending[];
  readonly #first: Pending | undefined;
  readonly #verdicts: Verdict[] = [];
  /** Of the pending questions: the one whose turn it is, and how many before it wait for facts. */
  #at = 0;
  #waiting = 0;

  constructor({
    questions,
    options,
    maxSteps,
    pool,
    known,
  }: {
    questions: readonly RelationTuple[];
    options: EvaluationOptions;
    maxSteps: number;
    pool: EvaluationPool;
    /** What needs not be read, of the state that the check is of. */
    known?: KnownSets | undefined;
  }) {
    this.#pool = pool;
    this.#options = options;
    this.#program = compileModel(options.model);
    this.#maxSteps = maxSteps;
    this.#graph = new PartialGraph(this.#program.symbols, known);
    this.#pending = this.#pose(questions);
    this.#first = this.#pending[0];
  }

  /**
   * Evaluates what can be. Answers the level that has to be loaded and applied before it goes on; `'paused'` when other
   * requests should get their turn first; `'answered'` when every question has its answer.
   */
  advance(): PendingLevel | 'paused' | 'answered' {
    const turnEndsMs = performance.now() + MAX_TURN_MS;
    while (this.#at < this.#pending.length) {
      const pending = this.#pending[this.#at] as Pending; // below the length
      if (!pending.isStarted) pending.evaluation.start(pending.question, this.#options.maxDepth);
      const verdict = pending.evaluation.advance(SLICE_STEPS);
      pending.isStarted = verdict === undefined;
      if (verdict !== undefined) this.#conclude(pending, verdict);
      // With nothing left to evaluate a pause would only put the read off.
      if (this.#at < this.#pending.length && performance.now() > turnEndsMs) return 'paused';
    }
    return this.#takeLevel();
  }

  /** The answers, once there is one to every question. */
  answers(): CheckAnswer[] {
    return this.#verdicts.map((verdict) => this.#answer(verdict));
  }

  /** Ends the check, whose evaluations then serve others. */
  release(): void {
    for (const evaluation of this.#evaluations.splice(0)) this.#pool.give(evaluation);
  }

  #conclude(pending: Pending, verdict: Verdict): void {
    this.#at++;
    this.#verdicts[pending.index] = verdict;
    if (isUnloaded(verdict)) this.#pending[this.#waiting++] = pending;
  }

  /** Ends a round over the pending questions; those that wait for facts are the next one. */
  #takeLevel(): PendingLevel | 'answered' {
    this.#pending.length = this.#waiting;
    this.#at = 0;
    this.#waiting = 0;
    if (this.#pending.length === 0) return 'answered';
    const level = this.#graph.takeFrontier();
    if (level === undefined) throw new Error('BUG: an evaluation waits for facts that it did not ask for');
    for (const evaluation of this.#evaluations) evaluation.resume();
    return level;
  }

  /** Why the first question has its answer, once it has one; in at most `maxSteps` steps. */
  explain(subject: Subject, maxSteps: number): Generator<number, Explanation> {
    if (this.#first === undefined) throw new Error('BUG: nothing was asked');
    const { evaluation, question, index } = this.#first;
    return explain({
      nodes: evaluation.nodes,
      formulas: evaluation.formulas,
      source: new SubjectFacts(this.#graph, subject),
      program: this.#program,
      question,
      verdict: this.#verdicts[index] ?? -UNLOADED,
      depth: this.#options.maxDepth,
      subject,
      setOf: (object, relation) => this.#graph.setOf(object, relation),
      answerOf: (verdict) => this.#answer(verdict),
      maxSteps,
    });
  }

  /** One evaluation serves all questions about one subject. */
  #pose(questions: readonly RelationTuple[]): Pending[] {
    const [only] = questions;
    // What groups the questions of a batch would be a good part of a short check.
    if (only !== undefined && questions.length === 1) return [this.#ask(only, 0, this.#evaluationFor(only.subject))];
    const bySubject = new Map<string, Evaluation>();
    return questions.map((question, index) => {
      const key = subjectKey(question.subject);
      const evaluation = bySubject.get(key) ?? this.#evaluationFor(question.subject);
      bySubject.set(key, evaluation);
      return this.#ask(question, index, evaluation);
    });
  }

  #evaluationFor(subject: Subject): Evaluation {
    const inquiry = {
      program: this.#program,
      strict: this.#options.strict,
      subject: this.#shapeOf(subject),
      source: new SubjectFacts(this.#graph, subject),
    };
    const evaluation = this.#pool.take(inquiry, this.#maxSteps);
    this.#evaluations.push(evaluation);
    return evaluation;
  }

  #ask({ namespace, object, relation }: RelationTuple, index: number, evaluation: Evaluation): Pending {
    const set = this.#graph.object(namespace, object);
    const question = evaluation.question(set, this.#graph.symbols.intern(relation));
    return { index, evaluation, question, isStarted: false };
  }

  #shapeOf(subject: Subject): SubjectShape {
    if (subject.kind === 'id') return ID;
    const { symbols } = this.#graph;
    return { kind: 'set', namespace: symbols.intern(subject.namespace), relation: symbols.intern(subject.relation) };
  }

  #answer(verdict: Verdict): CheckAnswer {
    return answerOf(verdict, (relation) => this.#graph.symbols.name(relation));
  }
}

interface Pending {
  readonly index: number;
  readonly evaluation: Evaluation;
  readonly question: number;
  isStarted: boolean;
}

const ID: SubjectShape = { kind: 'id' };

function isUnloaded(verdict: Verdict): boolean {
  return verdict < 0 && (-verdict & UNLOADED) !== 0;
}
