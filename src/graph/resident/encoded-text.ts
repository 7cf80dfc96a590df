import { asciiKey, nameKey } from '../../engine/lookup/text-key.ts';

/**
 * The stored form of one string at a time, in whole words of 32 bits so that it is hashed,
 * compared and copied by words: a byte with the length in UTF-16 units and in its highest bit
 * whether units take two bytes, then the units, then zeros. Strings of `LONG` units and more
 * have `LONG` in the first byte and their length in three more.
 *
 * As units are stored and not characters, every string comes back as it was, lone surrogates
 * included; and equal strings have equal words.
 */
export class EncodedText {
  #words = new Int32Array(64);
  #bytes = new Uint8Array(this.#words.buffer);
  #wordCount = 0;

  /** The first `wordCount` are the string's. */
  get words(): Int32Array {
    return this.#words;
  }

  get wordCount(): number {
    return this.#wordCount;
  }

  /** @throws RangeError for a string of 16,777,216 units or more */
  encode(text: string): void {
    const { length } = text;
    if (length > MAX_LENGTH) throw new RangeError(`a name of ${length} characters is too long for the graph`);
    if (this.#bytes.length < 2 * length + WORD) this.#reserve(2 * length + WORD);
    const units = this.#encode(text, false);
    if (units > 0xff) this.#encode(text, true);
  }

  /** Answers the bitwise or of all units; without `isWide` only their lower bytes are kept. */
  #encode(text: string, isWide: boolean): number {
    const { length } = text;
    const bytes = this.#bytes;
    let at = headerSize(length);
    this.#wordCount = Math.ceil((at + (isWide ? 2 * length : length)) / WORD);
    this.#words[this.#wordCount - 1] = 0;
    bytes[0] = Math.min(length, LONG) | (isWide ? WIDE : 0);
    for (let i = 1; i < at; i++) bytes[i] = length >> (8 * (i - 1));
    let units = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      units |= unit;
      bytes[at++] = unit;
      if (isWide) bytes[at++] = unit >> 8;
    }
    return units;
  }

  #reserve(byteCount: number): void {
    this.#words = new Int32Array(Math.ceil(byteCount / WORD));
    this.#bytes = new Uint8Array(this.#words.buffer);
  }
}

/** How many words the string takes that begins at this byte. */
export function encodedWords(bytes: Buffer, at: number): number {
  const length = lengthAt(bytes, at);
  return Math.ceil((headerSize(length) + (isWideAt(bytes, at) ? 2 * length : length)) / WORD);
}

/** The string that begins at this byte. */
export function decodeText(bytes: Buffer, at: number): string {
  const length = lengthAt(bytes, at);
  const start = at + headerSize(length);
  return isWideAt(bytes, at)
    ? bytes.toString('utf16le', start, start + 2 * length)
    : bytes.toString('latin1', start, start + length);
}

/** The key of a part of the string that begins at this byte (`nameKey`). */
export function encodedKey(bytes: Buffer, at: number, part: number): number {
  const start = at + headerSize(lengthAt(bytes, at));
  const key = isWideAt(bytes, at) ? undefined : asciiKey(bytes, start, lengthAt(bytes, at), part);
  return key ?? nameKey(decodeText(bytes, at), part);
}

const WORD = 4;
const WIDE = 0x80;
const LONG = 0x7f;
const MAX_LENGTH = 2 ** 24 - 1;

function headerSize(length: number): number {
  return length < LONG ? 1 : WORD;
}

function isWideAt(bytes: Buffer, at: number): boolean {
  return (bytes[at] as number) >= WIDE; // the caller's position is that of a string
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = (bytes[at] as number) & LONG; // as above
  return length < LONG ? length : bytes.readUIntLE(at + 1, WORD - 1);
}
