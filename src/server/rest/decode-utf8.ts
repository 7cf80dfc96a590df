import { isUtf8 } from 'node:buffer';

/**
 * Text of bytes that are mostly UTF-8. Every byte that is not part of a well-formed character goes
 * through `replaceByte` on its own, which is what the contract says of JSON bodies (storage §1); the
 * platform's decoders join the bytes of a cut character into one replacement.
 */
export function decodeUtf8(bytes: Buffer, replaceByte: (byte: number) => string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let start = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = characterLength(bytes, index);
    if (length > 0) {
      index += length;
      continue;
    }
    text += bytes.toString('utf8', start, index) + replaceByte(bytes[index] as number); // index < bytes.length
    index += 1;
    start = index;
  }
  return text + bytes.toString('utf8', start);
}

/** How many bytes the character at the index has; 0 when none begins there. */
function characterLength(bytes: Buffer, index: number): number {
  const first = bytes[index] as number; // the caller's index is inside
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const end = index + length;
  // Overlong forms, surrogates and numbers above U+10FFFF have a lead byte that is fine: isUtf8 knows them.
  return end <= bytes.length && isUtf8(bytes.subarray(index, end)) ? length : 0;
}
