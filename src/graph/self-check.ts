import type { CheckAnswer, EvaluationOptions, PermissionEngine } from '../engine/permission-engine.ts';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { FollowedState } from './followed-state.ts';
import { MAX_STEPS } from './max-steps.ts';
import { ResidentCheck } from './resident-check.ts';
import type { AbsentNamespaces } from './resident-facts.ts';
import { isSameAnswer } from './same-answer.ts';

/** However many checks there are, the database is not asked more often than this. */
const MIN_INTERVAL_MS = 100;

/** How often an answer of the graph was held against the database's. */
export interface SelfCheckCounts {
  readonly equal: number;
  readonly different: number;
  /** The two could not be had at one revision. */
  readonly skipped: number;
}

/**
 * Asks the database again what the graph has answered, for a small share of the checks, and compares the two where
 * they are of the same revision. It works beside the requests: none waits for it.
 */
export class SelfCheck {
  readonly #state: FollowedState;
  readonly #absent: () => AbsentNamespaces;
  readonly #database: Pick<PermissionEngine, 'check'>;
  readonly #rate: number;
  readonly #minIntervalMs: number;
  readonly #maxSteps: number;
  readonly #onDifference: (question: RelationTuple, answers: { graph: CheckAnswer; database: CheckAnswer }) => void;
  readonly #counts = { equal: 0, different: 0, skipped: 0 };
  #running: Promise<void> | undefined;
  #nextMs = 0;

  constructor(parts: {
    state: FollowedState;
    absent: () => AbsentNamespaces;
    database: Pick<PermissionEngine, 'check'>;
    /** The share of checks, from 0 to 1. */
    rate: number;
    minIntervalMs?: number;
    maxSteps?: number;
    onDifference: (question: RelationTuple, answers: { graph: CheckAnswer; database: CheckAnswer }) => void;
  }) {
    this.#state = parts.state;
    this.#absent = parts.absent;
    this.#database = parts.database;
    this.#rate = parts.rate;
    this.#minIntervalMs = parts.minIntervalMs ?? MIN_INTERVAL_MS;
    this.#maxSteps = parts.maxSteps ?? MAX_STEPS;
    this.#onDifference = parts.onDifference;
  }

  get counts(): SelfCheckCounts {
    return this.#counts;
  }

  /** Resolves when no comparison is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** One of the questions is asked again if the lot falls on this call. */
  consider(questions: readonly RelationTuple[], { model, strict, maxDepth }: EvaluationOptions): void {
    if (this.#running !== undefined || Math.random() >= this.#rate * questions.length) return;
    const question = questions[Math.floor(Math.random() * questions.length)];
    const nowMs = performance.now();
    if (question === undefined || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + this.#minIntervalMs;
    this.#running = this.#compare(question, { model, strict, maxDepth }).finally(() => {
      this.#running = undefined;
    });
  }

  /** Never rejects: a database that does not answer is not the graph's fault. */
  async #compare(question: RelationTuple, options: EvaluationOptions): Promise<void> {
    let database: CheckAnswer | undefined;
    let graph: CheckAnswer | undefined;
    try {
      const { answers, revision } = await this.#database.check([question], options);
      await this.#state.awaitRevision(revision);
      database = answers[0];
      graph = this.#state.revision === revision ? this.#askGraph(question, options) : undefined;
    } catch {
      graph = undefined;
    }
    if (graph === undefined || database === undefined) {
      this.#counts.skipped++;
    } else if (isSameAnswer(graph, database)) {
      this.#counts.equal++;
    } else {
      this.#counts.different++;
      this.#onDifference(question, { graph, database });
    }
  }

  /** Undefined when the graph has no answer at once. */
  #askGraph(question: RelationTuple, options: EvaluationOptions): CheckAnswer | undefined {
    const { graph } = this.#state;
    if (graph === undefined) return undefined;
    const questions = [question];
    const check = new ResidentCheck({ graph, absent: this.#absent(), questions, options, maxSteps: this.#maxSteps });
    return check.advance() === 'answered' ? check.answers[0] : undefined;
  }
}
