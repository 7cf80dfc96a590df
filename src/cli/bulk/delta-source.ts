import type { NumberedDelta } from '../../tuple/read-tuple-lines.ts';
import { unitsOf } from './encode-changes.ts';

/** Hands the changes of a file out in pieces that fit into a message. */
export class DeltaSource {
  readonly #pages: AsyncIterator<readonly NumberedDelta[]>;
  #page: readonly NumberedDelta[] = [];
  #next = 0;

  constructor(pages: AsyncIterable<readonly NumberedDelta[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  /**
   * The next changes: at most `count`, and not more than one that is longer than `length` UTF-16 units. None when there
   * are no more.
   * @throws what reading throws, once all before it was handed out
   */
  async take(count: number, length: number): Promise<readonly NumberedDelta[]> {
    const taken: NumberedDelta[] = [];
    let size = 0;
    while (taken.length < count && size < length) {
      const next = this.#page[this.#next];
      if (next !== undefined) {
        this.#next++;
        taken.push(next);
        size += unitsOf(next.delta.tuple);
      } else if (!(await this.#turn(taken.length > 0))) return taken;
    }
    return taken;
  }

  /** Reads the next page; false at the end, and when something is at hand that an error must not swallow. */
  async #turn(hasTaken: boolean): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      const { done, value } = await this.#pages.next();
      if (done === true) return false;
      [this.#page, this.#next] = [value, 0];
      return true;
    } catch (error) {
      this.#failure = { error };
      if (hasTaken) return false;
      throw error;
    }
  }

  #failure: { readonly error: unknown } | undefined;
}
