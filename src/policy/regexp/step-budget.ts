/** The steps that matching may take, counted over all expressions that share the budget. */
export class StepBudget {
  readonly #maxSteps: number;
  #steps = 0;

  constructor({ maxSteps }: { maxSteps: number }) {
    this.#maxSteps = maxSteps;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Throws a `StepsExhaustedError` when more is spent than there was. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#maxSteps) throw new StepsExhaustedError(`took more than ${this.#maxSteps} steps`);
  }
}

/** Matching was given up: nothing is known about the answer. */
export class StepsExhaustedError extends Error {
  override readonly name = 'StepsExhaustedError';
}
