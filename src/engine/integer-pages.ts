const PAGE_BITS = 10;
const PAGE_SIZE = 1 << PAGE_BITS;

/**
 * Integers of 32 bits by index; 0 where none was set. It grows by pages: nothing is copied, and there is nothing in it
 * that the garbage collector would have to look through.
 */
export class IntegerPages {
  readonly #pages: (Int32Array | undefined)[] = [];

  get(index: number): number {
    return this.#pages[index >> PAGE_BITS]?.[index & (PAGE_SIZE - 1)] ?? 0;
  }

  set(index: number, value: number): void {
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
