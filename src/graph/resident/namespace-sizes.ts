/** What each namespace, by its number, holds and takes. */
export class NamespaceSizes {
  readonly #tuples: number[] = [];
  readonly #bytes: number[] = [];

  /** Negative figures take away. */
  add(namespace: number, tuples: number, bytes: number): void {
    this.#tuples[namespace] = this.tuplesOf(namespace) + tuples;
    this.#bytes[namespace] = this.bytesOf(namespace) + bytes;
  }

  tuplesOf(namespace: number): number {
    return this.#tuples[namespace] ?? 0;
  }

  bytesOf(namespace: number): number {
    return this.#bytes[namespace] ?? 0;
  }
}
