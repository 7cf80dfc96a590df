/**
 * How far the checksum of a store is from the sum of what was loaded from it. Rows that somebody changed by hand, or a
 * checksum, put it off by the same amount for good: who loads twice and finds the same believes the rows.
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
    this.#isBelieved = this.#found?.every((lane, index) => lane === offset[index]) === true;
    this.#found = offset;
    return this.#isBelieved;
  }
}
