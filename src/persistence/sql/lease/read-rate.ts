import type { LeaseTimes } from './lease-times.ts';

/** With so many requests between two looks a lease saves more queries than it costs commits. */
const MIN_READS = 5;

/** How much the requests would profit from a lease. */
export class ReadRate {
  readonly #idleMs: number;
  #count = 0;
  #lastMs: number = performance.now();

  constructor({ idleMs }: Pick<LeaseTimes, 'idleMs'>) {
    this.#idleMs = idleMs;
  }

  count(): void {
    this.#count++;
  }

  /** Since the last look. */
  look(): { readonly isIdle: boolean; readonly isWorthIt: boolean } {
    const isWorthIt = this.#count >= MIN_READS;
    if (this.#count > 0) this.#lastMs = performance.now();
    this.#count = 0;
    return { isIdle: performance.now() - this.#lastMs > this.#idleMs, isWorthIt };
  }
}
