import { compileModel } from '../engine/compile-model.ts';
import { Evaluation } from '../engine/evaluation.ts';
import type { Inquiry } from '../engine/inquiry.ts';
import type { CheckAnswer, EvaluationOptions } from '../engine/permission-engine.ts';
import { UNLOADED, type Verdict } from '../engine/verdict.ts';
import type { RelationTuple, Subject } from '../tuple/relation-tuple.ts';
import { answerOf } from './answer-of.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';
import { type AbsentNamespaces, ResidentFacts } from './resident-facts.ts';
import { subjectKey } from './subject-key.ts';

/** Steps between two looks at the clock: well below a millisecond, also before the code is warm. */
const SLICE_STEPS = 500;
/** After this much work other requests should get their turn. */
const MAX_TURN_MS = 5;

/** What is asked, and of which state. */
export interface ResidentQuestions {
  readonly graph: ResidentGraph;
  readonly absent: AbsentNamespaces;
  readonly questions: readonly RelationTuple[];
  readonly options: EvaluationOptions;
  /** How many steps the questions about one subject may take together. */
  readonly maxSteps: number;
}

/** Answers the questions of one call from a graph that holds all facts. It is made once and begun again for every call. */
export class ResidentCheck {
  readonly #facts: ResidentFacts;
  readonly #evaluation: Evaluation;
  #asked: ResidentQuestions;
  /** The questions in the order in which they are asked: those about one subject together, so that they share what is found out. */
  #order: readonly number[] = [];
  #at = 0;
  #subject: Subject | undefined;
  #isStarted = false;
  #answers: CheckAnswer[] = [];

  constructor(asked: ResidentQuestions) {
    this.#asked = asked;
    this.#facts = new ResidentFacts(asked.graph, asked.absent);
    this.#evaluation = new Evaluation({ ...this.#inquiryOf(NOBODY), maxSteps: asked.maxSteps });
    this.begin(asked);
  }

  begin(asked: ResidentQuestions): void {
    this.#asked = asked;
    this.#facts.read(asked.graph, asked.absent);
    this.#order = inOrderOfSubjects(asked.questions);
    this.#at = 0;
    this.#subject = undefined;
    this.#isStarted = false;
    this.#answers = [];
  }

  /**
   * Goes on for one turn. `'paused'` when other requests should get theirs; the graph may then not be what it was.
   * `'unloaded'` when an answer depends on a namespace that is not resident.
   */
  advance(): 'answered' | 'unloaded' | 'paused' {
    let turnEndsMs: number | undefined;
    while (this.#at < this.#order.length) {
      const index = this.#order[this.#at] as number; // below the length
      if (!this.#isStarted) this.#start(this.#asked.questions[index] as RelationTuple); // these are what is ordered
      const verdict = this.#evaluation.advance(SLICE_STEPS);
      if (verdict !== undefined) {
        if (isUnloaded(verdict)) return 'unloaded';
        this.#answers[index] = answerOf(verdict, (relation) => this.#facts.nameOf(relation));
        this.#isStarted = false;
        if (++this.#at === this.#order.length) break;
      }
      const nowMs = performance.now();
      turnEndsMs ??= nowMs + MAX_TURN_MS;
      if (nowMs > turnEndsMs) return 'paused';
    }
    return 'answered';
  }

  /** The answers, once all are there. */
  get answers(): readonly CheckAnswer[] {
    return this.#answers;
  }

  #start({ namespace, object, relation, subject }: RelationTuple): void {
    if (this.#subject === undefined || !isSame(this.#subject, subject)) {
      this.#subject = subject;
      this.#evaluation.begin(this.#inquiryOf(subject), this.#asked.maxSteps);
    }
    const question = this.#evaluation.question(this.#facts.object(namespace, object), this.#facts.name(relation));
    this.#evaluation.start(question, this.#asked.options.maxDepth);
    this.#isStarted = true;
  }

  #inquiryOf(subject: Subject): Inquiry {
    const { graph, options } = this.#asked;
    this.#facts.begin(subject);
    return {
      program: compileModel(options.model, graph.names),
      strict: options.strict,
      subject: this.#facts.shapeOf(subject),
      source: this.#facts,
    };
  }
}

const NOBODY: Subject = { kind: 'id', id: '' };
const ONLY = [0];

/** The indexes of the questions, with those about one subject one after the other. */
function inOrderOfSubjects(questions: readonly RelationTuple[]): readonly number[] {
  const [first] = questions;
  if (first === undefined || questions.length === 1) return first === undefined ? [] : ONLY;
  if (questions.every(({ subject }) => isSame(subject, first.subject))) return questions.map((_, index) => index);
  const bySubject = new Map<string, number[]>();
  questions.forEach(({ subject }, index) => {
    const key = subjectKey(subject);
    const indexes = bySubject.get(key);
    if (indexes === undefined) bySubject.set(key, [index]);
    else indexes.push(index);
  });
  return [...bySubject.values()].flat();
}

function isSame(a: Subject, b: Subject): boolean {
  if (a.kind === 'id') return b.kind === 'id' && a.id === b.id;
  return b.kind === 'set' && a.namespace === b.namespace && a.object === b.object && a.relation === b.relation;
}

function isUnloaded(verdict: Verdict): boolean {
  return verdict < 0 && (-verdict & UNLOADED) !== 0;
}
