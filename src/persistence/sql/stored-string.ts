import { createHash } from 'node:crypto';

/**
 * How a string is stored in a key column: itself when it has at most 240 UTF-8 bytes and
 * no NUL character (PostgreSQL's text has none), else its long form: a prefix and a
 * digest, with the whole value in the table `strings`. Only long forms are longer than
 * 240 bytes, so the two cannot be confused, and equal values have equal forms. The limit
 * keeps six columns within what an index row may hold (PostgreSQL 2,704 bytes, InnoDB 3,072).
 */
const MAX_PLAIN_BYTES = 240;

/** The base64url form of a SHA-256 digest. */
const DIGEST_LENGTH = 43;

/** A UTF-16 unit takes at most three bytes, so shorter strings need no counting. */
const SURELY_PLAIN_LENGTH = MAX_PLAIN_BYTES / 3;

/** Below every character but NUL, so that padding does not move a prefix behind its extensions. */
const FILL = '\u0001';

/** Long forms and their values, to be written to the table `strings`. */
export type LongStrings = Map<string, string>;

/** The stored form of a well-formed value. A long form is also added to `longStrings`. */
export function toStoredString(value: string, longStrings?: LongStrings): string {
  if (value.length <= SURELY_PLAIN_LENGTH || Buffer.byteLength(value) <= MAX_PLAIN_BYTES) {
    if (!value.includes('\0')) return value;
  }
  const longForm = toLongForm(value);
  longStrings?.set(longForm, value);
  return longForm;
}

export function isLongForm(stored: string): boolean {
  return stored.length > SURELY_PLAIN_LENGTH && Buffer.byteLength(stored) > MAX_PLAIN_BYTES;
}

/** The key of a long form's value in the table `strings`. */
export function digestOf(longForm: string): string {
  return longForm.slice(-DIGEST_LENGTH);
}

/** Databases hold UTF-8, which has no lone surrogates: each becomes U+FFFD, as on the wire. */
export function toWellFormed(value: string): string {
  return SURROGATE.test(value) ? value.replace(LONE_SURROGATES, '\uFFFD') : value;
}

// Without the flag u it also matches the halves of pairs, and is much quicker to find none.
const SURROGATE = /[\ud800-\udfff]/;
// Under the flag u a pair is one character, so the class matches lone ones only.
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A prefix of whole characters up to 240 bytes, filled to 240 bytes, the separator, the digest. */
function toLongForm(value: string): string {
  const bytes = Buffer.from(value);
  const nul = bytes.indexOf(0);
  let end = Math.min(nul === -1 ? bytes.length : nul, MAX_PLAIN_BYTES);
  // Step back from the middle of a character to its first byte (RFC 3629: 10xxxxxx continues one).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const prefix = bytes.toString('utf8', 0, end);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  return `${prefix}${FILL.repeat(MAX_PLAIN_BYTES - end)}${FILL}${digest}`;
}
