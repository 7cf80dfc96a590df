import { invalidArgument } from './invalid-argument.ts';
import { RequestError } from './request-error.ts';

/** Timers cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The end of a call with all of its attempts. */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #endsAtMs: number;

  /** @throws {RequestError} `invalid_argument` for a time that is none */
  constructor(timeoutMs: number) {
    if (!(timeoutMs > 0)) throw invalidArgument(`timeoutMs must be more than 0, but is ${timeoutMs}`);
    this.#timeoutMs = timeoutMs;
    this.#endsAtMs = performance.now() + timeoutMs;
  }

  /** What is left; undefined: as long as it takes. @throws {RequestError} `deadline_exceeded` when it is over */
  remainingMs(): number | undefined {
    const remainingMs = Math.ceil(this.#endsAtMs - performance.now());
    if (remainingMs > MAX_TIMER_MS) return undefined;
    if (remainingMs > 0) return remainingMs;
    throw new RequestError({ code: 'deadline_exceeded', message: `no answer within ${this.#timeoutMs} ms` });
  }

  /** Whether there is time left after a pause. */
  allows(delayMs: number): boolean {
    return performance.now() + delayMs < this.#endsAtMs;
  }
}
