/** The offset of a text that is no checksum: it has no lanes. */
export const UNREADABLE: Uint32Array = new Uint32Array(0);

/**
 * How far the checksum of a store is from the sum of what was loaded from it. Rows that somebody changed by hand, or a
 * checksum, put it off by the same amount for good: who loads twice and finds the same believes the rows. Also where what
 * stands there is no checksum at all.
 */
export class ChecksumOffset {
  #found: Uint32Array | undefined;
  #isBelieved = false;

  /** Whether the store's checksum is off, and followed all the same. */
  get isBelieved(): boolean {
    return this.#isBelieved;
  }

  /** A load found that there is none. */
  clear(): void {
    this.#found = undefined;
    this.#isBelieved = false;
  }

  /** A load found this one. True when the load before found the same. */
  isConfirmed(offset: Uint32Array): boolean {
    const found = this.#found;
    this.#found = offset;
    this.#isBelieved = found?.length === offset.length && found.every((lane, index) => lane === offset[index]);
    return this.#isBelieved;
  }
}
