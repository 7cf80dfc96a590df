/** Numbers that look random and are the same in every run: a 32-bit counter, scrambled (Weyl sequence and xorshift-multiply). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `bound` (at most 2^32). */
  below(bound: number): number {
    return Math.floor((this.#next() / 2 ** 32) * bound);
  }

  /** True in that share of all throws. */
  chance(share: number): boolean {
    return this.#next() / 2 ** 32 < share;
  }

  /** A number below `bound` that is small more often than not: half of all throws fall into the first eighth. */
  mostlyLowBelow(bound: number): number {
    return Math.floor((this.#next() / 2 ** 32) ** 3 * bound);
  }

  #next(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
    return (bits ^ (bits >>> 16)) >>> 0;
  }
}
