import type { NamespaceSource } from '../config/namespace-source.ts';
import type { ModelDocument } from '../namespace/document-source.ts';
import type { Model } from '../namespace/model.ts';
import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import type { Diagnostic } from './diagnostic.ts';
import { formatPlace } from './format-diagnostics.ts';
import { ModelLoadError } from './model-load-error.ts';
import { type ModelSource, openModelSource, type SourceOptions } from './model-source.ts';
import type { ParsedModel } from './parse-model-files.ts';

/** A newer version of the source was looked at. */
export interface ReloadEvent {
  /** Whether it is in force now; if not, the last good model is. */
  readonly ok: boolean;
  readonly message: string;
  /** Errors and warnings of its documents. */
  readonly diagnostics: readonly Diagnostic[];
}

interface OpenSource extends ModelSource {
  /** Names the version that was looked at last. */
  seen: string | undefined;
}

/**
 * The namespaces of a source that may change, or be replaced by another. What does not load
 * leaves the last good model in force. Loads follow one another, never two at a time.
 */
export class ReloadingNamespaces implements NamespaceManager {
  readonly #onReload: (event: ReloadEvent) => void;
  readonly #options: SourceOptions;
  #model: Model;
  #problem: string | undefined;
  #source: OpenSource;
  #loading: Promise<unknown> = Promise.resolve();
  #isQueued = false;
  #isClosed = false;

  /** @throws {ModelLoadError} when the source does not load: without a model there is nothing to start with */
  static async open(options: {
    source: NamespaceSource;
    onReload: (event: ReloadEvent) => void;
    sources: SourceOptions;
  }): Promise<ReloadingNamespaces> {
    const source: OpenSource = { ...openModelSource(options.source, options.sources), seen: undefined };
    try {
      const documents = await readDocuments(source);
      source.seen = source.idOf(documents);
      const parsed = source.parse(documents);
      if (parsed.model === undefined) throw brokenModel(parsed);
      const manager = new ReloadingNamespaces({ ...options, source, model: parsed.model });
      options.onReload(loaded(parsed.model, parsed.diagnostics));
      manager.#watch(source);
      return manager;
    } catch (error) {
      await source.documents[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor({
    source,
    model,
    onReload,
    sources,
  }: {
    source: OpenSource;
    model: Model;
    onReload: (event: ReloadEvent) => void;
    sources: SourceOptions;
  }) {
    this.#source = source;
    this.#model = model;
    this.#onReload = onReload;
    this.#options = sources;
  }

  current(): Model {
    return this.#model;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Takes the namespaces from another source from now on. Resolves when its model is in force,
   * or when it did not load: then the model stays, and the new source is watched until it does.
   */
  async replaceSource(replacement: NamespaceSource): Promise<void> {
    if (this.#isClosed) return;
    let next: OpenSource;
    try {
      next = { ...openModelSource(replacement, this.#options), seen: undefined };
    } catch (error) {
      this.#reject(error);
      return;
    }
    const previous = this.#source;
    this.#source = next;
    await previous.documents[Symbol.asyncDispose]();
    await this.#load(next);
    this.#watch(next);
  }

  /**
   * Looks whether there is a newer version; resolves when it is in force, or was refused, with true; with false when it
   * could not be read.
   */
  reload(): Promise<boolean> {
    return this.#load(this.#source);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#source.documents[Symbol.asyncDispose]();
    await this.#loading;
  }

  #watch(source: OpenSource): void {
    if (this.#isClosed || source !== this.#source) return;
    source.documents.watch(() => {
      // Whoever is told while a load waits for its turn is served by that load.
      if (this.#isQueued || this.#isClosed) return;
      void this.#load(source);
    });
  }

  #load(source: OpenSource): Promise<boolean> {
    this.#isQueued = true;
    const loaded = this.#loading.then(() => {
      this.#isQueued = false;
      return this.#loadNow(source);
    });
    this.#loading = loaded;
    return loaded;
  }

  /** Whether the source could be read, or has nothing to say any more. */
  async #loadNow(source: OpenSource): Promise<boolean> {
    try {
      const documents = await readDocuments(source);
      if (!this.#isInForce(source)) return true;
      const id = source.idOf(documents);
      if (source.seen === id) return true;
      source.seen = id;
      this.#accept(source.parse(documents));
      return true;
    } catch (error) {
      if (!this.#isInForce(source)) return true;
      source.seen = undefined;
      this.#reject(error);
      return false;
    }
  }

  /** A source that was replaced while it was being read has nothing to say any more. */
  #isInForce(source: OpenSource): boolean {
    return source === this.#source && !this.#isClosed;
  }

  #accept(parsed: ParsedModel): void {
    if (parsed.model === undefined) {
      this.#reject(brokenModel(parsed));
      return;
    }
    this.#model = parsed.model;
    this.#problem = undefined;
    this.#onReload(loaded(parsed.model, parsed.diagnostics));
  }

  #reject(error: unknown): void {
    const { message, diagnostics } = error instanceof ModelLoadError ? error : new ModelLoadError(String(error));
    const isNews = this.#problem !== message || diagnostics.length > 0;
    this.#problem = message;
    if (isNews) this.#onReload({ ok: false, message, diagnostics });
  }
}

async function readDocuments({ documents }: ModelSource): Promise<readonly ModelDocument[]> {
  try {
    return await documents.read();
  } catch (error) {
    throw new ModelLoadError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function loaded(model: Model, diagnostics: readonly Diagnostic[]): ReloadEvent {
  return { ok: true, message: `the model has ${model.list().length} namespaces`, diagnostics };
}

/** The message names the first error and how many there are; all of them are in `diagnostics`. */
function brokenModel({ diagnostics }: ParsedModel): ModelLoadError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  // Without a model there is an error.
  if (first === undefined) throw new Error('BUG: a model without errors was not built');
  const place = formatPlace(first.file, first.start);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ModelLoadError(`the namespaces have errors: ${place}: ${first.message}${more}`, { diagnostics });
}
