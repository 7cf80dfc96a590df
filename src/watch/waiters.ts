/** Those who wait for the same thing to happen. */
export class Waiters {
  #waiting = new Set<() => void>();

  /** Resolves when it happens, after `timeoutMs`, or when the signal is aborted, whatever comes first. */
  wait({ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end);
      this.#waiting.add(end);
    });
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const end of waiting) end();
  }
}
