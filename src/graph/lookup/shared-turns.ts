import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../../engine/cancellation.ts';
import { throwIfGivenUp } from '../cancellation.ts';

/** After this much work other requests get their turn. */
const MAX_TURN_MS = 5;

/** Long work, with turns for others in between. */
export class SharedTurns {
  readonly #cancellation: Cancellation | undefined;
  #endsMs: number = performance.now() + MAX_TURN_MS;

  constructor(cancellation: Cancellation | undefined) {
    this.#cancellation = cancellation;
  }

  /** Resolves when others had their turn, if it was theirs. @throws {SthenoError} when the request was given up */
  pause(): Promise<void> | undefined {
    return performance.now() < this.#endsMs ? undefined : this.#pause();
  }

  async #pause(): Promise<void> {
    await setImmediate();
    throwIfGivenUp(this.#cancellation);
    this.#endsMs = performance.now() + MAX_TURN_MS;
  }
}
