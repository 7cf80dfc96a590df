/**
 * Hashes of strings under a secret key, so that nobody can choose names which collide:
 * HalfSipHash-1-3, made for hash tables on 32-bit arithmetic (Aumasson, Bernstein: SipHash,
 * 2012, and its reference code). What is hashed are the bytes of the stored form: one byte a
 * UTF-16 unit when all are below 256, else two.
 */
export class TextHash {
  readonly #key0: number;
  readonly #key1: number;
  #v0 = 0;
  #v1 = 0;
  #v2 = 0;
  #v3 = 0;

  /** The key: two random 32-bit integers. */
  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  ofText(text: string): number {
    const { length } = text;
    const whole = length & ~3;
    let units = 0;
    let at = 0;
    this.#begin();
    for (; at < whole; at += 4) {
      const [a, b] = [text.charCodeAt(at), text.charCodeAt(at + 1)];
      const [c, d] = [text.charCodeAt(at + 2), text.charCodeAt(at + 3)];
      units |= a | b | c | d;
      this.#take(a | (b << 8) | (c << 16) | (d << 24));
    }
    let rest = length << 24;
    for (let shift = 0; at < length; at++, shift += 8) {
      const unit = text.charCodeAt(at);
      units |= unit;
      rest |= unit << shift;
    }
    return units > 0xff ? this.#ofWide(text) : this.#end(rest);
  }

  ofBytes(bytes: Uint8Array, start: number, end: number): number {
    const whole = start + ((end - start) & ~3);
    let at = start;
    this.#begin();
    for (; at < whole; at += 4) this.#take(word(bytes, at));
    let rest = (end - start) << 24;
    for (let shift = 0; at < end; at++, shift += 8) rest |= (bytes[at] ?? 0) << shift;
    return this.#end(rest);
  }

  #ofWide(text: string): number {
    const { length } = text;
    this.#begin();
    for (let at = 0; at + 1 < length; at += 2) this.#take(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
    const rest = (length & 1) === 0 ? 0 : text.charCodeAt(length - 1);
    return this.#end(((length * 2) << 24) | rest);
  }

  #begin(): void {
    this.#v0 = this.#key0;
    this.#v1 = this.#key1;
    this.#v2 = 0x6c796765 ^ this.#key0;
    this.#v3 = 0x74656462 ^ this.#key1;
  }

  #take(block: number): void {
    this.#v3 ^= block;
    this.#round();
    this.#v0 ^= block;
  }

  #end(rest: number): number {
    this.#take(rest);
    this.#v2 ^= 0xff;
    this.#round();
    this.#round();
    this.#round();
    return this.#v1 ^ this.#v3;
  }

  #round(): void {
    let v0 = (this.#v0 + this.#v1) | 0;
    let v1 = rotate(this.#v1, 5) ^ v0;
    let v2 = (this.#v2 + this.#v3) | 0;
    let v3 = rotate(this.#v3, 8) ^ v2;
    v0 = (rotate(v0, 16) + v3) | 0;
    v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotate(v1, 13) ^ v2;
    v2 = rotate(v2, 16);
    this.#v0 = v0;
    this.#v1 = v1;
    this.#v2 = v2;
    this.#v3 = v3;
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
