import type { ModelDocument } from '../namespace/document-source.ts';
import type { ModelFile } from '../namespace/model.ts';
import type { StoredDocuments } from '../opl/model-source.ts';
import type { ChangeFeed } from '../persistence/change-feed.ts';
import type { ModelVersion, StoredModels } from '../persistence/stored-models.ts';

/** How long to wait behind a hint, so that one look serves the many commits of a busy moment. */
const DEFAULT_PAUSE_MS = 50;
/** How often to look in any case: hints may not come. */
const DEFAULT_POLL_MS = 1000;

/** Where the versions are, and how it is known that there may be a newer one. */
export interface ModelStorage {
  readonly models: Pick<StoredModels, 'newestVersion' | 'read'>;
  /** The migrations that the database still lacks. */
  pendingMigrations(): Promise<readonly string[]>;
}

/** The newest version of the model in the database, and when there is a newer one. */
export class StoredModelDocuments implements StoredDocuments {
  readonly #storage: ModelStorage & Pick<ChangeFeed, 'isExclusive' | 'onHint'>;
  readonly #pauseMs: number;
  readonly #pollMs: number;
  readonly #ids = new WeakMap<readonly ModelDocument[], string>();
  #held: { readonly version: ModelVersion; readonly documents: readonly ModelDocument[] } | undefined;
  #stopHints = (): void => {};
  #polling: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor({ storage, pauseMs = DEFAULT_PAUSE_MS, pollMs = DEFAULT_POLL_MS }: StoredModelDocumentsOptions) {
    this.#storage = storage;
    this.#pauseMs = pauseMs;
    this.#pollMs = pollMs;
  }

  /** One look-up when there is none newer than before. */
  async read(): Promise<readonly ModelDocument[]> {
    const version = await this.#newestVersion();
    if (version === this.#held?.version) return this.#held.documents;
    const stored = version === 0 ? undefined : await this.#storage.models.read(version);
    const documents = parseModelDocument(stored?.document ?? '[]').map(toDocument);
    this.#held = { version, documents };
    this.#ids.set(documents, modelIdOf(version));
    return documents;
  }

  idOf(documents: readonly ModelDocument[]): string {
    const id = this.#ids.get(documents);
    if (id === undefined) throw new Error('BUG: the documents were not read from the database');
    return id;
  }

  /** Whoever writes a version in this process looks by himself, so nothing is to be watched where no other can write. */
  watch(onChange: () => void): void {
    if (this.#storage.isExclusive) return;
    this.#stopHints = this.#storage.onHint(() => {
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        onChange();
      }, this.#pauseMs).unref();
    });
    this.#polling = setInterval(onChange, this.#pollMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopHints();
    clearInterval(this.#polling);
    clearTimeout(this.#pause);
  }

  /** A database from before the table was there has no version; the server starts, and is not ready. */
  async #newestVersion(): Promise<ModelVersion> {
    try {
      return await this.#storage.models.newestVersion();
    } catch (error) {
      const pending = await this.#storage.pendingMigrations();
      if (pending.some((name) => name.endsWith('_models'))) return 0;
      throw error;
    }
  }
}

export interface StoredModelDocumentsOptions {
  readonly storage: ModelStorage & Pick<ChangeFeed, 'isExclusive' | 'onHint'>;
  readonly pauseMs?: number;
  readonly pollMs?: number;
}

/** What stands for a version outside of the storage. */
export function modelIdOf(version: ModelVersion): string {
  return String(version);
}

/** The version that an id stands for; undefined for one of another kind. */
export function versionOf(modelId: string): ModelVersion | undefined {
  return /^(?:0|[1-9]\d{0,14})$/.test(modelId) ? Number(modelId) : undefined;
}

/** The files of a stored version. The column is written by `formatModelDocument` only. */
export function parseModelDocument(document: string): ModelFile[] {
  return JSON.parse(document) as ModelFile[];
}

export function formatModelDocument(files: readonly ModelFile[]): string {
  return JSON.stringify(files.map(({ name, content }) => ({ name, content })));
}

function toDocument({ name, content }: ModelFile): ModelDocument {
  return { name, bytes: Buffer.from(content) };
}
