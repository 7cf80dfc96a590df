/**
 * Runs what a turn of the event loop brings at its end, when everything that was received on any connection has been
 * read. What is then written together costs fewer turns, packets and wake-ups than what is written one by one.
 */
export class TurnEnd<Item> {
  readonly #run: (item: Item) => void;
  #items: Item[] = [];

  /** @param run must not throw */
  constructor(run: (item: Item) => void) {
    this.#run = run;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) setImmediate(() => this.#end());
  }

  #end(): void {
    const items = this.#items;
    this.#items = [];
    for (const item of items) this.#run(item);
  }
}
