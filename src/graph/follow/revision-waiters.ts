import type { Revision } from '../../persistence/revision.ts';

interface Waiter {
  readonly revision: Revision;
  readonly resolve: (revision: Revision | undefined) => void;
}

/** Those who wait until a graph is at a revision. */
export class RevisionWaiters {
  #waiters: Waiter[] = [];

  /** Resolves with the revision that is reached, `revision` or a newer one; with undefined when that will not happen. */
  wait(revision: Revision): Promise<Revision | undefined> {
    return new Promise((resolve) => this.#waiters.push({ revision, resolve }));
  }

  reached(newest: Revision): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ revision }) => revision > newest);
    for (const { revision, resolve } of waiters) if (revision <= newest) resolve(newest);
  }

  giveUp(): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve(undefined);
  }
}
