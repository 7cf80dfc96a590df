import { createHash } from 'node:crypto';

/** Names up to this many bytes are told apart by their bytes, longer ones by a digest behind these. */
const MAX_PLAIN_BYTES = 240;
/** A UTF-16 unit takes at most three bytes, so shorter names need no counting. */
const SURELY_PLAIN_LENGTH = MAX_PLAIN_BYTES / 3;
/** Below every character but NUL, so that padding does not move a name behind those that go on in its place. */
const FILL = '\u0001';

/**
 * What a name stands for in the order of a list, so that places in it are short and have no NUL: the name itself, or
 * the beginning of one that is long or has a NUL, with a digest of the whole. The order is that of listed tuples.
 */
export function orderText(name: string): string {
  const isPlain = name.length <= SURELY_PLAIN_LENGTH || Buffer.byteLength(name) <= MAX_PLAIN_BYTES;
  if (isPlain && !name.includes('\0')) return name;
  const bytes = Buffer.from(name);
  const nul = bytes.indexOf(0);
  let end = Math.min(nul === -1 ? bytes.length : nul, MAX_PLAIN_BYTES);
  // Step back from the middle of a character to its first byte (RFC 3629: 10xxxxxx continues one).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const digest = createHash('sha256').update(bytes).digest('base64url');
  // Always longer than a plain name, so that none is the same.
  return `${bytes.toString('utf8', 0, end)}${FILL.repeat(MAX_PLAIN_BYTES + 1 - end)}${digest}`;
}
