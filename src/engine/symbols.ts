/**
 * Numbers for the names of namespaces and relations, so that an evaluation compares
 * integers. It only grows; equal names have equal numbers.
 */
export class Symbols {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #base: Symbols | undefined;
  readonly #offset: number;
  #byteSize = 0;

  /** With a base, its names keep their numbers and new ones follow: the base itself stays as it is. */
  constructor(base?: Symbols) {
    this.#base = base;
    this.#offset = base?.size ?? 0;
  }

  get size(): number {
    return this.#offset + this.#names.length;
  }

  /** About the bytes that its own names take. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** About the bytes that a name takes. @throws when the number was not given out */
  byteSizeOf(number: number): number {
    return sizeOf(this.name(number));
  }

  /** The number of the name, a new one if it has none yet. */
  intern(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    const number = this.size;
    this.#numbers.set(name, number);
    this.#names.push(name);
    this.#byteSize += sizeOf(name);
    return number;
  }

  find(name: string): number | undefined {
    return this.#base?.find(name) ?? this.#numbers.get(name);
  }

  /** Every name, in the order of their numbers. */
  all(): readonly string[] {
    return [...(this.#base?.all() ?? []), ...this.#names];
  }

  /** @throws when the number was not given out */
  name(number: number): string {
    const name = number < this.#offset ? this.#base?.name(number) : this.#names[number - this.#offset];
    if (name === undefined) throw new Error(`BUG: symbol ${number} was not given out`);
    return name;
  }
}

/** What a name takes beside its characters: its entries by name and by number, and its header. */
const NAME_BYTES = 80;

/** V8 stores names of Latin letters with a byte a letter. */
function sizeOf(name: string): number {
  return NAME_BYTES + name.length;
}
