import { SthenoError } from '../../errors.ts';

/**
 * Makes one call for all who ask while another one is under way. Whoever asks joins the next call to begin, never one
 * that has begun: its answer is not older than the question.
 */
export class SharedCall<T> {
  readonly #call: () => Promise<T>;
  readonly #timeoutMs: number;
  #next: Joint<T> | undefined;
  #isUnderWay = false;

  /** A call that takes longer than `timeoutMs` fails for those who wait, and stands in nobody's way any more. */
  constructor({ call, timeoutMs }: { call: () => Promise<T>; timeoutMs: number }) {
    this.#call = call;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws what the call throws; SthenoError `unavailable` when it takes too long */
  join(): Promise<T> {
    if (this.#next === undefined) {
      this.#next = new Joint<T>();
      if (!this.#isUnderWay) this.#schedule();
    }
    return this.#next.promise;
  }

  /** At the end of the turn: by then all requests that have arrived on any connection have asked. */
  #schedule(): void {
    this.#isUnderWay = true;
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    const joint = this.#next as Joint<T>; // that is why it was scheduled
    this.#next = undefined;
    const timer = setTimeout(() => {
      joint.reject(new SthenoError('unavailable', { message: 'the database is not available' }));
      end();
    }, this.#timeoutMs);
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(timer);
      this.#isUnderWay = false;
      if (this.#next !== undefined) this.#schedule();
    };
    this.#call().then(joint.resolve, joint.reject).finally(end);
  }
}

/** A promise that all wait for. */
class Joint<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {}); // Each who waits is told.
  }
}
