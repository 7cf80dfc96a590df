import { Evaluation } from '../engine/evaluation.ts';
import type { Inquiry } from '../engine/inquiry.ts';

/** About as many as wait for facts at once under load. */
const MAX_IDLE = 64;
/** What has taken more steps holds more memory than is worth keeping. */
const MAX_KEPT_STEPS = 10_000;

/** Evaluations that are used again: making one costs more than a short check. */
export class EvaluationPool {
  readonly #idle: Evaluation[] = [];

  /** An evaluation that knows nothing yet. */
  take(inquiry: Inquiry, maxSteps: number): Evaluation {
    const evaluation = this.#idle.pop();
    if (evaluation === undefined) return new Evaluation({ ...inquiry, maxSteps });
    evaluation.begin(inquiry, maxSteps);
    return evaluation;
  }

  /** Takes one back that is not used any more. */
  give(evaluation: Evaluation): void {
    if (this.#idle.length < MAX_IDLE && evaluation.steps <= MAX_KEPT_STEPS) this.#idle.push(evaluation);
  }
}
