import { orderText } from './order-text.ts';

/**
 * Names are put in order by keys: numbers that stand for six of their UTF-8 bytes each, so that comparing two names
 * mostly takes one comparison of numbers, and a name is only made a string when it is in the list. Part 0 is of the
 * first six bytes. A byte stands in it by one more than itself, the end by zeros.
 */
const PART_BYTES = 6;
const BYTE = 2 ** 8;
/** Above every key: what is added to the first one of an item that stands behind all without it. */
export const BEHIND: number = BYTE ** PART_BYTES;

/** Whether a text ends in the part that has this key. */
export function isLastKey(key: number): boolean {
  return key % BYTE === 0;
}

/** The key of a part of the text that a name stands for in the order of a list (`orderText`). */
export function nameKey(name: string, part: number): number {
  const start = part * PART_BYTES;
  let key = 0;
  if (name.length > MAX_COUNTED) return bytesKey(Buffer.from(orderText(name)), part);
  for (let i = 0; i < start + PART_BYTES; i++) {
    const unit = i < name.length ? name.charCodeAt(i) + 1 : END;
    // What is beyond ASCII takes several bytes, and a NUL character does not stand for itself.
    if (unit > BEYOND_ASCII || (unit === NUL && i < name.length)) return bytesKey(Buffer.from(orderText(name)), part);
    if (i >= start) key = key * BYTE + unit;
  }
  return key;
}

/** The same of a name of ASCII characters at `at` in a buffer; undefined where it is not certain that it is such a name. */
export function asciiKey(bytes: Uint8Array, at: number, length: number, part: number): number | undefined {
  if (length > MAX_COUNTED) return undefined;
  const start = part * PART_BYTES;
  let key = 0;
  for (let i = 0; i < start + PART_BYTES; i++) {
    const unit = i < length ? (bytes[at + i] as number) + 1 : END; // the text is within the buffer
    if (unit > BEYOND_ASCII || (unit === NUL && i < length)) return undefined;
    if (i >= start) key = key * BYTE + unit;
  }
  return key;
}

/** The key of a part of UTF-8 bytes. */
export function bytesKey(bytes: Uint8Array, part: number): number {
  let key = 0;
  for (let i = part * PART_BYTES; i < (part + 1) * PART_BYTES; i++) {
    const byte = bytes[i];
    key = key * BYTE + (byte === undefined ? END : byte + 1);
  }
  return key;
}

/** Longer names may stand for a digest. */
const MAX_COUNTED = 80;
const END = 0;
/** One more than the character, as in keys. */
const NUL = 1;
const BEYOND_ASCII = 0x80;
