/** A request that is on its way in. */
export interface ArrivingRequest {
  /** When it began, by the monotonic clock. */
  readonly beganMs: number;
  /** Ends the request: it took too long to arrive. */
  expire(): void;
}

/**
 * Ends requests that take too long to arrive. One timer watches all of them: they stand in the
 * order they began, so a look at the oldest is enough, and a request costs no timer of its own.
 */
export class ReadDeadlines {
  readonly #timeoutMs: number;
  readonly #arriving = new Set<ArrivingRequest>();
  readonly #timer: NodeJS.Timeout;

  constructor({ timeoutMs }: { timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => this.#sweep(), Math.min(timeoutMs, 1000)).unref();
  }

  /** Expires the request when the timeout has passed, unless it is given to {@link arrived} before. */
  await(request: ArrivingRequest): void {
    this.#arriving.add(request);
  }

  arrived(request: ArrivingRequest): void {
    this.#arriving.delete(request);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#arriving.clear();
  }

  #sweep(): void {
    const latestMs = performance.now() - this.#timeoutMs;
    for (const request of this.#arriving) {
      if (request.beganMs > latestMs) return;
      this.#arriving.delete(request);
      request.expire();
    }
  }
}
