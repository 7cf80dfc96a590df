import { untilAborted } from '../abort.ts';
import type { CallOptions } from '../sql-database.ts';

/**
 * Lets one piece of work that takes many turns through at a time. Others wait with
 * `while (turnstile.isBusy) await turnstile.next(options)`: the look comes last, because
 * whoever waited as well may have gone through first.
 */
export class Turnstile {
  #work: Promise<unknown> | undefined;

  get isBusy(): boolean {
    return this.#work !== undefined;
  }

  /** Resolves when the work under way is over. */
  async next({ signal }: CallOptions): Promise<void> {
    if (this.#work !== undefined) await untilAborted(this.#work, signal);
  }

  /** The caller has looked that it is not busy. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#work !== undefined) throw new Error('BUG: the turnstile is busy');
    const passing = work();
    // Who waits is told that it is over, not how it ended.
    this.#work = passing.then(
      () => this.#free(),
      () => this.#free(),
    );
    return passing;
  }

  #free(): void {
    this.#work = undefined;
  }
}
