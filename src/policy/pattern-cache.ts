import type { StepBudget } from './regexp/step-budget.ts';

/**
 * Compiled patterns by their text, so that a version of a policy that says the same is not
 * compiled again, and as many as fit: those used longest ago go first.
 */
export class PatternCache<P extends { readonly size: number }> {
  readonly #compile: (text: string) => P;
  readonly #maxSize: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, P>();
  #size = 0;

  /** `maxSize` bounds the sum of the sizes of what is kept. */
  constructor({ compile, maxSize }: { compile: (text: string) => P; maxSize: number }) {
    this.#compile = compile;
    this.#maxSize = maxSize;
  }

  /** The compiled pattern; compiling it costs the budget its size. */
  get(text: string, budget: StepBudget): P {
    const known = this.#entries.get(text);
    if (known !== undefined) {
      this.#entries.delete(text);
      this.#entries.set(text, known);
      return known;
    }
    const compiled = this.#compile(text);
    budget.spend(compiled.size);
    this.#entries.set(text, compiled);
    this.#size += compiled.size;
    this.#shrink();
    return compiled;
  }

  #shrink(): void {
    for (const [text, { size }] of this.#entries) {
      if (this.#size <= this.#maxSize) return;
      this.#entries.delete(text);
      this.#size -= size;
    }
  }
}
