/**
 * Hashes of encoded strings under a secret key, so that nobody can choose names which collide:
 * HalfSipHash-1-3, made for hash tables on 32-bit arithmetic (Aumasson, Bernstein: SipHash,
 * 2012, and its reference code), of a message of whole words.
 */
export class TextHash {
  readonly #key0: number;
  readonly #key1: number;

  /** The key: two random 32-bit integers. */
  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  of(words: Int32Array, start: number, count: number): number {
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = 0x6c796765 ^ v0;
    let v3 = 0x74656462 ^ v1;
    // After the words comes their length, in bytes and in the highest one, and then the rounds that finish.
    const rounds = count + 1 + FINAL_ROUNDS;
    for (let i = 0; i < rounds; i++) {
      const block = i < count ? (words[start + i] as number) : i === count ? count << 26 : 0; // within the caller's bounds
      if (i === count + 1) v2 ^= 0xff;
      v3 ^= block;
      v0 = (v0 + v1) | 0;
      v1 = rotate(v1, 5) ^ v0;
      v2 = (v2 + v3) | 0;
      v3 = rotate(v3, 8) ^ v2;
      v0 = (rotate(v0, 16) + v3) | 0;
      v3 = rotate(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotate(v1, 13) ^ v2;
      v2 = rotate(v2, 16);
      v0 ^= block;
    }
    return v1 ^ v3;
  }
}

const FINAL_ROUNDS = 3;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
