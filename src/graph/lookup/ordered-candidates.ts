import { isLastKey } from '../../engine/lookup/text-key.ts';
import { TextOrder } from '../../engine/lookup/text-order.ts';
import type { Candidates } from './candidates.ts';

/** A place in a list: the keys of the parts of the text that stands there. */
export type TextPlace = (part: number) => number;

/**
 * The candidates of a list in order, as far as somebody wanted to know it. It stays good for all pages of the list
 * that begin where it begins or behind.
 */
export class OrderedCandidates<T> {
  readonly candidates: Candidates<T>;
  readonly #after: TextPlace | undefined;
  readonly #order: TextOrder;

  private constructor(candidates: Candidates<T>, after: TextPlace | undefined, items: Int32Array) {
    this.candidates = candidates;
    this.#after = after;
    this.#order = new TextOrder(items, (item, part) => candidates.keyOf(item, part));
  }

  /** With a place those behind it; `pause` is called now and then. */
  static async of<T>(
    candidates: Candidates<T>,
    after: TextPlace | undefined,
    pause: () => Promise<void> | undefined,
  ): Promise<OrderedCandidates<T>> {
    const { length } = candidates.memberships;
    const items = new Int32Array(length);
    let count = 0;
    for (let start = 0; start < length; start += SLICE) {
      for (let one = start; one < Math.min(length, start + SLICE); one++) {
        if (after === undefined || isBehind((part) => candidates.keyOf(one, part), after)) items[count++] = one;
      }
      await pause();
    }
    return new OrderedCandidates(candidates, after, items.subarray(0, count));
  }

  /** Whether it has all candidates behind a place. */
  hasAllBehind(after: TextPlace | undefined): boolean {
    return this.#after === undefined || (after !== undefined && !isBehind(this.#after, after));
  }

  /** The candidates behind a place, in order; undefined in between, when somebody else should have a turn. */
  *behind(after: TextPlace | undefined): Generator<number | undefined, void> {
    const order = this.#order;
    let at = after === undefined ? 0 : order.firstBehind(after);
    for (;;) {
      while (at < order.settled) yield order.items[at++];
      if (!order.advance() && at === order.settled) return;
      yield undefined;
      // What was settled meanwhile may stand before the place.
      if (after !== undefined) at = Math.max(at, order.firstBehind(after));
    }
  }
}

/** Keys that are read at once: well below a millisecond. */
const SLICE = 2000;

function isBehind(keyOf: TextPlace, place: TextPlace): boolean {
  for (let part = 0; ; part++) {
    const key = keyOf(part);
    const other = place(part);
    if (key !== other) return key > other;
    if (isLastKey(key)) return false;
  }
}
