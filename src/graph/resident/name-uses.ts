import type { Symbols } from '../../engine/symbols.ts';

/** How many sets have each relation, so that it is known which names nothing has any more. */
export class NameUses {
  readonly #names: Symbols;
  readonly #uses: number[];
  #usedBytes: number;

  constructor(names: Symbols, image: NameUsesImage = { uses: [], usedBytes: 0 }) {
    this.#names = names;
    this.#uses = [...image.uses];
    this.#usedBytes = image.usedBytes;
  }

  /** What it holds beside the names, for another thread. */
  image(): NameUsesImage {
    return { uses: Array.from(this.#uses, (uses) => uses ?? 0), usedBytes: this.#usedBytes };
  }

  /** About the bytes of the names of relations that sets have. */
  get usedByteSize(): number {
    return this.#usedBytes;
  }

  /** About the bytes of the names that no set has: those of namespaces, of the model, and of sets that are gone. */
  get unusedByteSize(): number {
    return this.#names.byteSize - this.#usedBytes;
  }

  /** Whether a set has the relation. */
  isUsed(relation: number): boolean {
    return (this.#uses[relation] ?? 0) > 0;
  }

  /** A set of the relation came (1) or went (-1). */
  count(relation: number, sign: 1 | -1): void {
    if (relation < 0) return;
    const before = this.#uses[relation] ?? 0;
    this.#uses[relation] = before + sign;
    if (before === (sign === 1 ? 0 : 1)) this.#usedBytes += sign * this.#names.byteSizeOf(relation);
  }
}

/** The uses of names on their way from one thread to another. */
export interface NameUsesImage {
  readonly uses: readonly number[];
  readonly usedBytes: number;
}
