import type { DocumentSource, ModelDocument } from './document-source.ts';

/** Documents that the configuration itself holds. */
export class FixedDocuments implements DocumentSource {
  readonly #documents: readonly ModelDocument[];

  constructor(documents: readonly ModelDocument[]) {
    this.#documents = documents;
  }

  async read(): Promise<readonly ModelDocument[]> {
    return this.#documents;
  }

  watch(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
