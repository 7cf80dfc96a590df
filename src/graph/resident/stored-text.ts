import type { TextHash } from './text-hash.ts';

/**
 * The stored form of a string: a byte with its length in UTF-16 units (127: four bytes with the
 * length follow) and in the highest bit whether units take two bytes, then the units. As units
 * are stored and not characters, every string comes back as it was, lone surrogates included.
 */

/** The bytes that a string takes, an even number. */
export function sizeOfText(text: string): number {
  return size(text.length, isWideText(text));
}

/** The bytes that the string stored here takes. */
export function storedSize(bytes: Buffer, at: number): number {
  return size(lengthAt(bytes, at), isWideAt(bytes, at));
}

/** There must be room for `sizeOfText`. */
export function writeText(bytes: Buffer, at: number, text: string): void {
  const { length } = text;
  const isWide = isWideText(text);
  bytes[at] = Math.min(length, LONG) | (isWide ? WIDE : 0);
  if (length >= LONG) bytes.writeInt32LE(length, at + 1);
  const start = at + headerSize(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (isWide) {
      bytes[start + 2 * i] = unit & 0xff;
      bytes[start + 2 * i + 1] = unit >> 8;
    } else {
      bytes[start + i] = unit;
    }
  }
}

export function readText(bytes: Buffer, at: number): string {
  const length = lengthAt(bytes, at);
  const start = at + headerSize(length);
  return isWideAt(bytes, at)
    ? bytes.toString('utf16le', start, start + 2 * length)
    : bytes.toString('latin1', start, start + length);
}

export function equalsText(bytes: Buffer, at: number, text: string): boolean {
  const { length } = text;
  if (length !== lengthAt(bytes, at)) return false;
  const start = at + headerSize(length);
  if (isWideAt(bytes, at)) {
    for (let i = 0; i < length; i++) {
      if (((bytes[start + 2 * i] ?? 0) | ((bytes[start + 2 * i + 1] ?? 0) << 8)) !== text.charCodeAt(i)) return false;
    }
  } else {
    for (let i = 0; i < length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** The same as the hash of the string. */
export function hashOfStored(bytes: Buffer, at: number, hash: TextHash): number {
  const length = lengthAt(bytes, at);
  const start = at + headerSize(length);
  return hash.ofBytes(bytes, start, start + (isWideAt(bytes, at) ? 2 * length : length));
}

const WIDE = 0x80;
const LONG = 0x7f;

function isWideText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return true;
  return false;
}

function isWideAt(bytes: Buffer, at: number): boolean {
  return (bytes[at] as number) >= WIDE; // the caller's position is that of a stored string
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = (bytes[at] as number) & LONG; // as above
  return length < LONG ? length : bytes.readInt32LE(at + 1);
}

function headerSize(length: number): number {
  return length < LONG ? 1 : 5;
}

function size(length: number, isWide: boolean): number {
  const exact = headerSize(length) + (isWide ? 2 * length : length);
  return exact + (exact & 1);
}
