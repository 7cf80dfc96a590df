import { isLastKey } from './text-key.ts';

/** Steps between two pauses: well below a millisecond. */
const SLICE_STEPS = 5000;
/** So few items are put in order one by one. */
const FEW = 8;

/** The items from the end of the range above it on the stack, up to `end`: they agree in all parts before `part`. */
interface Range {
  readonly end: number;
  readonly part: number;
  /** Whether `keys` has those of the part. */
  readonly isLoaded: boolean;
  /** Whether they agree in all parts. */
  readonly isSame: boolean;
}

/**
 * Numbers in the order of the texts that they stand for, each as soon as it is known to be the next: the first few of
 * many cost little more than looking at all (Paredes and Navarro, incremental quicksort, 2006). Texts are compared part by
 * part, and never again in parts that are known to be the same (Bentley and Sedgewick, multikey quicksort, 1997).
 */
export class TextOrder {
  /** In order up to `settled`. */
  readonly items: Int32Array;
  readonly #keys: Float64Array;
  readonly #keyOf: (item: number, part: number) => number;
  readonly #work: Generator<void, void>;
  #settled = 0;
  #steps = 0;

  /** @param keyOf the key of a part of an item's text, as `nameKey` makes them */
  constructor(items: Int32Array, keyOf: (item: number, part: number) => number) {
    this.items = items;
    this.#keys = new Float64Array(items.length);
    this.#keyOf = keyOf;
    this.#work = this.#sort();
  }

  /** How many of the items are in their places. */
  get settled(): number {
    return this.#settled;
  }

  /** Goes on for a slice of work, or until more are settled. False when all are. Several may take turns in calling it. */
  advance(): boolean {
    return this.#work.next().done !== true;
  }

  /** The first of the settled items whose text stands behind the one with these keys; `settled` when there is none. */
  firstBehind(keyOf: (part: number) => number): number {
    let low = 0;
    let high = this.#settled;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBehind(this.items[middle] as number, keyOf)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  *#sort(): Generator<void, void> {
    const ranges: Range[] = [{ end: this.items.length, part: 0, isLoaded: false, isSame: false }];
    for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
      const start = this.#settled;
      const { end, part } = range;
      if (range.isSame) {
        this.#settled = end;
        yield;
        continue;
      }
      if (!range.isLoaded) yield* this.#load(start, end, part);
      if (end - start <= FEW) {
        this.#insert(start, end, part);
        this.#settled = end;
        if (this.#isSliceOver(FEW * (end - start)) || end > start) yield;
        continue;
      }
      // Any item, so that no order of the items is a slow one.
      const pivot = this.#keys[start + Math.floor(Math.random() * (end - start))] as number; // within the range
      const [lower, upper] = yield* this.#part(start, end, pivot);
      if (upper < end) ranges.push({ end, part, isLoaded: true, isSame: false });
      ranges.push({ end: upper, part: part + 1, isLoaded: false, isSame: isLastKey(pivot) });
      if (lower > start) ranges.push({ end: lower, part, isLoaded: true, isSame: false });
    }
  }

  *#load(start: number, end: number, part: number): Generator<void, void> {
    for (let i = start; i < end; i++) {
      this.#keys[i] = this.#keyOf(this.items[i] as number, part); // within the range
      if (this.#isSliceOver(LOAD_STEPS)) yield;
    }
  }

  /** Puts what is below the pivot in front, and what is above it behind; answers where the middle begins and ends. */
  *#part(start: number, end: number, pivot: number): Generator<void, readonly [number, number]> {
    let lower = start;
    let upper = end;
    for (let i = start; i < upper; ) {
      const key = this.#keys[i] as number; // within the range
      if (key < pivot) this.#swap(lower++, i++);
      else if (key > pivot) this.#swap(i, --upper);
      else i++;
      if (this.#isSliceOver(1)) yield;
    }
    return [lower, upper];
  }

  #insert(start: number, end: number, part: number): void {
    for (let i = start + 1; i < end; i++) {
      for (let at = i; at > start && this.#isBefore(at, at - 1, part); at--) this.#swap(at, at - 1);
    }
  }

  /** Whether the item in one place stands before that in another; `part` is the one that `keys` has. */
  #isBefore(a: number, b: number, part: number): boolean {
    let key = this.#keys[a] as number; // the places are within a range
    let other = this.#keys[b] as number; // as above
    for (let next = part + 1; key === other && !isLastKey(key); next++) {
      key = this.#keyOf(this.items[a] as number, next); // as above
      other = this.#keyOf(this.items[b] as number, next); // as above
    }
    return key < other;
  }

  #isBehind(item: number, keyOf: (part: number) => number): boolean {
    for (let part = 0; ; part++) {
      const key = this.#keyOf(item, part);
      const other = keyOf(part);
      if (key !== other) return key > other;
      if (isLastKey(key)) return false;
    }
  }

  #swap(a: number, b: number): void {
    const item = this.items[a] as number; // the places are within a range
    const key = this.#keys[a] as number; // as above
    this.items[a] = this.items[b] as number; // as above
    this.#keys[a] = this.#keys[b] as number; // as above
    this.items[b] = item;
    this.#keys[b] = key;
  }

  #isSliceOver(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps < SLICE_STEPS) return false;
    this.#steps = 0;
    return true;
  }
}

/** What reading a key costs, by comparisons. */
const LOAD_STEPS = 10;
