import { setImmediate } from 'node:timers/promises';
import { compileModel } from '../engine/compile-model.ts';
import { Evaluation } from '../engine/evaluation.ts';
import type { CheckAnswer, EvaluationOptions } from '../engine/permission-engine.ts';
import type { Program } from '../engine/program.ts';
import type { SubjectShape } from '../engine/subject-shape.ts';
import { faultOf, MEMBER, NOT_MEMBER, OUT_OF_STEPS, UNLOADED, type Verdict } from '../engine/verdict.ts';
import { UndecidableError, UndeclaredRelationError } from '../errors.ts';
import type { RelationTuple, Subject } from '../tuple/relation-tuple.ts';
import { throwIfAborted } from './cancellation.ts';
import { PartialGraph, type PendingLevel, SubjectFacts } from './partial-graph.ts';

/** Steps between two looks at the clock: well below a millisecond. */
const SLICE_STEPS = 5000;
/** After this much work other requests get their turn. */
const MAX_SLICE_MS = 5;

/** The questions of one call, evaluated as far as the loaded facts allow. */
export class LeveledCheck {
  readonly #options: EvaluationOptions;
  readonly #graph: PartialGraph;
  readonly #pending: Pending[];
  readonly #evaluations: Evaluation[] = [];
  readonly #verdicts: Verdict[];
  #sliceStart = 0;

  constructor({
    questions,
    options,
    maxSteps,
  }: {
    questions: readonly RelationTuple[];
    options: EvaluationOptions;
    maxSteps: number;
  }) {
    const program = compileModel(options.model);
    this.#options = options;
    this.#graph = new PartialGraph(program.symbols);
    this.#verdicts = questions.map(() => -UNLOADED);
    this.#pending = this.#pose(questions, program, maxSteps);
  }

  /** Evaluates what can be, and answers the level that has to be loaded next; undefined when every question has its answer. */
  async nextLevel(): Promise<PendingLevel | undefined> {
    for (const evaluation of this.#evaluations) evaluation.resume();
    this.#sliceStart = performance.now();
    let open = 0;
    for (const pending of this.#pending) {
      const verdict = await this.#evaluate(pending);
      this.#verdicts[pending.index] = verdict;
      if (isUnloaded(verdict)) this.#pending[open++] = pending;
    }
    this.#pending.length = open;
    if (open === 0) return undefined;
    const level = this.#graph.takeFrontier();
    if (level === undefined) throw new Error('BUG: an evaluation waits for facts that it did not ask for');
    return level;
  }

  /** The answers, once no level is left. */
  answers(): CheckAnswer[] {
    return this.#verdicts.map((verdict) => this.#answer(verdict));
  }

  /** One evaluation serves all questions about one subject. */
  #pose(questions: readonly RelationTuple[], program: Program, maxSteps: number): Pending[] {
    const bySubject = new Map<string, Evaluation>();
    return questions.map(({ namespace, object, relation, subject }, index) => {
      const key = keyOf(subject);
      let evaluation = bySubject.get(key);
      if (evaluation === undefined) {
        const source = new SubjectFacts(this.#graph, subject);
        const { strict } = this.#options;
        evaluation = new Evaluation({ program, strict, subject: this.#shapeOf(subject), source, maxSteps });
        bySubject.set(key, evaluation);
        this.#evaluations.push(evaluation);
      }
      const set = this.#graph.object(namespace, object);
      return { index, evaluation, question: evaluation.question(set, this.#graph.symbols.intern(relation)) };
    });
  }

  #shapeOf(subject: Subject): SubjectShape {
    if (subject.kind === 'id') return ID;
    const { symbols } = this.#graph;
    return { kind: 'set', namespace: symbols.intern(subject.namespace), relation: symbols.intern(subject.relation) };
  }

  async #evaluate({ evaluation, question }: Pending): Promise<Verdict> {
    evaluation.start(question, this.#options.maxDepth);
    for (;;) {
      const verdict = evaluation.advance(SLICE_STEPS);
      if (performance.now() - this.#sliceStart > MAX_SLICE_MS) await this.#yield();
      if (verdict !== undefined) return verdict;
    }
  }

  async #yield(): Promise<void> {
    await setImmediate();
    throwIfAborted(this.#options.signal);
    this.#sliceStart = performance.now();
  }

  #answer(verdict: Verdict): CheckAnswer {
    if (verdict === MEMBER) return { kind: 'member' };
    if (verdict === NOT_MEMBER) return { kind: 'not-member' };
    if (verdict < 0) return { kind: 'unknown', limitation: (-verdict & OUT_OF_STEPS) === 0 ? 'depth' : 'nodes' };
    const fault = faultOf(verdict);
    const relation = this.#graph.symbols.name(fault.relation);
    const error =
      fault.kind === 'undeclared'
        ? new UndeclaredRelationError(relation)
        : new UndecidableError(`relation "${relation}" depends on its own negation`);
    return { kind: 'error', error };
  }
}

interface Pending {
  readonly index: number;
  readonly evaluation: Evaluation;
  readonly question: number;
}

const ID: SubjectShape = { kind: 'id' };

/** Equal for equal subjects only: sets begin with a bracket, ids with an equals sign. */
function keyOf(subject: Subject): string {
  if (subject.kind === 'id') return `=${subject.id}`;
  return JSON.stringify([subject.namespace, subject.object, subject.relation]);
}

function isUnloaded(verdict: Verdict): boolean {
  return verdict < 0 && (-verdict & UNLOADED) !== 0 && (-verdict & OUT_OF_STEPS) === 0;
}
