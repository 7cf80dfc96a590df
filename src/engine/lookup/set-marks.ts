/** Objects whose marks stand together. */
const PAGE_BITS = 12;
const PAGE_MASK = 2 ** PAGE_BITS - 1;

/** Remembers sets by the numbers of object and relation. It never moves what it has, so no call takes long. */
export class SetMarks {
  readonly #relations: (Map<number, Uint32Array> | undefined)[] = [];

  /** False when the set was marked before. */
  add(object: number, relation: number): boolean {
    const page = this.#page(object >>> PAGE_BITS, relation);
    const bit = object & PAGE_MASK;
    const word = page[bit >>> 5] as number; // a page has a bit for each object
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return false;
    page[bit >>> 5] = word | mask;
    return true;
  }

  #page(number: number, relation: number): Uint32Array {
    let pages = this.#relations[relation];
    if (pages === undefined) {
      pages = new Map();
      this.#relations[relation] = pages;
    }
    let page = pages.get(number);
    if (page === undefined) {
      page = new Uint32Array(2 ** (PAGE_BITS - 5));
      pages.set(number, page);
    }
    return page;
  }
}
