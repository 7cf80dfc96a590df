import type { Revision } from '../revision.ts';

type Listener = (revision: Revision | undefined) => void;

/** Listens for commits once for everybody who wants to hear of them, and only while somebody does. */
export class SharedHints {
  readonly #watch: (onHint: Listener) => () => void;
  readonly #subscriptions = new Set<{ readonly listener: Listener }>();
  #stop: (() => void) | undefined;

  /** `watch` begins to listen, and answers how to stop. */
  constructor(watch: (onHint: Listener) => () => void) {
    this.#watch = watch;
  }

  /** Answers how to stop. */
  add(listener: Listener): () => void {
    const subscription = { listener };
    this.#subscriptions.add(subscription);
    if (this.#stop === undefined) this.#stop = this.#watch((revision) => this.#tell(revision));
    // Who comes later has not heard what was told before, as if listening had just begun.
    else queueMicrotask(() => this.#subscriptions.has(subscription) && listener(undefined));
    return () => {
      this.#subscriptions.delete(subscription);
      if (this.#subscriptions.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  #tell(revision: Revision | undefined): void {
    for (const { listener } of this.#subscriptions) listener(revision);
  }
}
