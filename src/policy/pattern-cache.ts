import type { Matcher } from './matcher.ts';
import type { StepBudget } from './regexp/step-budget.ts';

/** Something to match with that has yet to be compiled. */
export interface Compilable {
  /** How many instructions it has when it is compiled. */
  readonly size: number;
  compile(): Matcher;
}

/**
 * Compiled patterns by their text, so that a version of a policy that says the same is not
 * compiled again, and as many as fit: those used longest ago go first.
 */
export class PatternCache {
  readonly #read: (text: string) => Compilable;
  readonly #maxSize: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, { readonly size: number; readonly matcher: Matcher }>();
  #size = 0;

  /** `maxSize` bounds the instructions that are kept. */
  constructor({ read, maxSize }: { read: (text: string) => Compilable; maxSize: number }) {
    this.#read = read;
    this.#maxSize = maxSize;
  }

  /** The compiled pattern. One that is not kept costs the budget what it takes to read and to compile it. */
  get(text: string, budget: StepBudget): Matcher {
    const entry = this.#entries.get(text) ?? this.#compile(text, budget);
    // Also a new one: it is the last to go.
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    this.#shrink();
    return entry.matcher;
  }

  #compile(text: string, budget: StepBudget): { size: number; matcher: Matcher } {
    budget.spend(text.length);
    const compilable = this.#read(text);
    const { size } = compilable;
    budget.spend(size);
    this.#size += size;
    return { size, matcher: compilable.compile() };
  }

  #shrink(): void {
    for (const [text, { size }] of this.#entries) {
      if (this.#size <= this.#maxSize) return;
      this.#entries.delete(text);
      this.#size -= size;
    }
  }
}
