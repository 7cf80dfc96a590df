import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import type { Persister } from '../persistence/persister.ts';
import type { Readiness } from './readiness.ts';

/** A store that may have been opened before all of its migrations were applied. */
export type MigratedStore = Pick<Persister, 'ping'> & { pendingMigrations(): Promise<readonly string[]> };

/** Ready when the database answers, no migration is pending and the newest model is in force. */
export class StoreReadiness implements Readiness {
  readonly #store: MigratedStore;
  readonly #namespaces: NamespaceManager;

  constructor({ store, namespaces }: { store: MigratedStore; namespaces: NamespaceManager }) {
    this.#store = store;
    this.#namespaces = namespaces;
  }

  async problems(signal?: AbortSignal): Promise<readonly string[]> {
    const problems: string[] = [];
    try {
      await this.#store.ping({ signal });
      const pending = await this.#store.pendingMigrations();
      if (pending.length > 0) problems.push(`${pending.length} migrations are pending`);
    } catch (error) {
      if (signal?.aborted) throw error;
      problems.push('the database does not answer');
    }
    const modelProblem = this.#namespaces.problem();
    if (modelProblem !== undefined) problems.push(`the newest model is not in force: ${modelProblem}`);
    return problems;
  }
}
