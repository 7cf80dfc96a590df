import { createHash } from 'node:crypto';

/** Names up to this many bytes are told apart by their bytes, longer ones by a digest behind these. */
const MAX_PLAIN_BYTES = 240;
/** A UTF-16 unit takes at most three bytes, so shorter names need no counting. */
const SURELY_PLAIN_LENGTH = MAX_PLAIN_BYTES / 3;

/**
 * What a name stands for in the order of a list, so that positions in it stay short: the name, or the beginning of a
 * long one with a digest of the whole. Well-formed names have well-formed texts.
 */
export function orderText(name: string): string {
  if (name.length <= SURELY_PLAIN_LENGTH || Buffer.byteLength(name) <= MAX_PLAIN_BYTES) return name;
  const bytes = Buffer.from(name);
  let end = MAX_PLAIN_BYTES;
  // Step back from the middle of a character to its first byte (RFC 3629: 10xxxxxx continues one).
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const digest = createHash('sha256').update(bytes).digest('base64url');
  return `${bytes.toString('utf8', 0, end)}${digest}`;
}

/** From here on UTF-16 units are not in the order of UTF-8 bytes: surrogates stand for the highest code points. */
const DISORDERED = /[\ud800-\uffff]/;

/**
 * A string which JavaScript compares with others of its kind as the UTF-8 bytes of the texts would compare: nearly
 * always the text itself (The Unicode Standard, 5.17, "Binary Order"). It is good for comparing alone.
 */
export function byteOrderKey(text: string): string {
  if (!DISORDERED.test(text)) return text;
  let key = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isSurrogate = unit >= 0xd800 && unit < 0xe000;
    key += String.fromCharCode(unit < 0xd800 ? unit : isSurrogate ? unit + 0x2000 : unit - 0x800);
  }
  return key;
}
