import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  digestOf,
  isLongForm,
  type LongStrings,
  toStoredString,
  toWellFormed,
} from '../../src/persistence/sql/stored-string.ts';

/** The long form keeps at least so many bytes: 240 without the beginning of a character of four bytes. */
const SURE_PREFIX_BYTES = 237;

const TEXT = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary', minLength: 70, maxLength: 400 }));

describe('stored string', () => {
  it('is the value itself up to 240 bytes without NUL, else exactly 284 bytes', () => {
    fc.assert(
      fc.property(TEXT, (value) => {
        const stored = toStoredString(value);
        const isPlain = Buffer.byteLength(value) <= 240 && !value.includes('\0');
        assert.equal(isLongForm(stored), !isPlain);
        if (isPlain) assert.equal(stored, value);
        else assert.equal(Buffer.byteLength(stored), 284);
        assert.ok(!stored.includes('\0'));
        assert.equal(Buffer.from(stored).toString(), stored, 'no character is cut');
      }),
    );
  });

  it('hands out the values of long forms, by a digest that is theirs alone', () => {
    const longStrings: LongStrings = new Map();
    const values = ['short', 'x'.repeat(300), `${'x'.repeat(300)}y`, 'a\0', 'a\0\0', '\0'];
    const stored = values.map((value) => toStoredString(value, longStrings));
    assert.deepEqual([...longStrings.values()], values.slice(1));
    assert.equal(new Set(stored.slice(1).map(digestOf)).size, values.length - 1);
  });

  it('sorts by bytes as its value does where the first 240 bytes up to a NUL differ', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 8 }), (values) => {
        const prefix = (value: string) => Buffer.from(value.split('\0')[0] ?? '').subarray(0, SURE_PREFIX_BYTES);
        for (const a of values) {
          for (const b of values) {
            const order = Buffer.compare(prefix(a), prefix(b));
            // A prefix of the other is told apart behind the prefixes.
            const isPrefix = prefix(a).indexOf(prefix(b)) === 0 || prefix(b).indexOf(prefix(a)) === 0;
            const stored = Buffer.compare(Buffer.from(toStoredString(a)), Buffer.from(toStoredString(b)));
            if (!isPrefix) assert.equal(stored, order);
          }
        }
      }),
    );
  });
});

describe('toWellFormed', () => {
  for (const { value, expected } of [
    { value: 'a\uD800', expected: 'a\uFFFD' },
    { value: '\uDC00\uD800', expected: '\uFFFD\uFFFD' },
    { value: '\u{1F600}', expected: '\u{1F600}' },
    { value: 'plain', expected: 'plain' },
  ]) {
    it(`turns ${JSON.stringify(value)} into ${JSON.stringify(expected)}`, () =>
      assert.equal(toWellFormed(value), expected));
  }
});
