const PAGE_BITS = 10;
const PAGE_SIZE = 1 << PAGE_BITS;

/** Most questions lead to fewer sets: a page would cost more than all that is done with them. */
const MAX_FEW = 64;

/**
 * Integers of 32 bits by index; 0 where none was set. It grows by pages: nothing is copied, and there is nothing in it
 * that the garbage collector would have to look through.
 */
export class IntegerPages {
  /** Those of the lowest indexes. */
  readonly #few: number[] = [];
  readonly #pages: (Int32Array | undefined)[] = [];

  get(index: number): number {
    if (index < MAX_FEW) return this.#few[index] ?? 0;
    return this.#pages[index >> PAGE_BITS]?.[index & (PAGE_SIZE - 1)] ?? 0;
  }

  set(index: number, value: number): void {
    if (index < MAX_FEW) {
      while (this.#few.length < index) this.#few.push(0);
      this.#few[index] = value;
      return;
    }
    const number = index >> PAGE_BITS;
    let page = this.#pages[number];
    if (page === undefined) {
      page = new Int32Array(PAGE_SIZE);
      while (this.#pages.length < number) this.#pages.push(undefined);
      this.#pages[number] = page;
    }
    page[index & (PAGE_SIZE - 1)] = value;
  }
}
