import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import type { Persister } from '../persistence/persister.ts';
import type { Readiness } from './readiness.ts';

/** A store that may have been opened before all of its migrations were applied. */
export type MigratedStore = Pick<Persister, 'ping'> & { pendingMigrations(): Promise<readonly string[]> };

/** How long a database that answered counts as one that answers: short beside the seconds between two questions of a probe. */
const ANSWERS_FOR_MS = 500;
/** How long a schema that was complete counts as complete: only somebody who takes migrations back can change that. */
const COMPLETE_FOR_MS = 30_000;
/** A database that takes longer does not answer. */
const PING_TIMEOUT_MS = 5_000;

/**
 * Ready when the database answers, no migration is pending and the newest model is in force. However many ask, the
 * database is asked by one of them at a time, and not again for half a second after it was well; when it was not, the
 * next one to ask finds out whether it still is not.
 */
export class StoreReadiness implements Readiness {
  readonly #store: MigratedStore;
  readonly #namespaces: NamespaceManager;
  #asking: Promise<string | undefined> | undefined;
  #answersUntilMs = 0;
  #completeUntilMs = 0;

  constructor({ store, namespaces }: { store: MigratedStore; namespaces: NamespaceManager }) {
    this.#store = store;
    this.#namespaces = namespaces;
  }

  async problems(): Promise<readonly string[]> {
    const problems: string[] = [];
    if (performance.now() >= this.#answersUntilMs) {
      this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
      const storeProblem = await this.#asking;
      if (storeProblem !== undefined) problems.push(storeProblem);
    }
    const modelProblem = this.#namespaces.problem();
    if (modelProblem !== undefined) problems.push(`the newest model is not in force: ${modelProblem}`);
    return problems;
  }

  /** What is wrong with the store; never rejects. */
  async #ask(): Promise<string | undefined> {
    try {
      await this.#store.ping({ signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
      if (performance.now() >= this.#completeUntilMs) {
        const pending = await this.#store.pendingMigrations();
        if (pending.length > 0) return `${pending.length} migrations are pending`;
        this.#completeUntilMs = performance.now() + COMPLETE_FOR_MS;
      }
      this.#answersUntilMs = performance.now() + ANSWERS_FOR_MS;
      return undefined;
    } catch {
      return 'the database does not answer';
    }
  }
}
