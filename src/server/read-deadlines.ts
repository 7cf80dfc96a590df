/**
 * Ends requests that take too long to arrive. One timer watches all of them: they stand in the
 * order they began, so a look at the oldest is enough, and a request costs no timer of its own.
 */
export class ReadDeadlines {
  readonly #timeoutMs: number;
  readonly #began = new Map<() => void, number>();
  readonly #timer: NodeJS.Timeout;

  constructor({ timeoutMs }: { timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => this.#sweep(), Math.min(timeoutMs, 1000)).unref();
  }

  /** Calls `expire` when the timeout has passed, unless it is given to {@link arrived} before. */
  await(expire: () => void): void {
    this.#began.set(expire, performance.now());
  }

  arrived(expire: () => void): void {
    this.#began.delete(expire);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#began.clear();
  }

  #sweep(): void {
    const latestMs = performance.now() - this.#timeoutMs;
    for (const [expire, beganMs] of this.#began) {
      if (beganMs > latestMs) return;
      this.#began.delete(expire);
      expire();
    }
  }
}
