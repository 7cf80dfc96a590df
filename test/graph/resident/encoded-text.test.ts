import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeText, EncodedText, encodedWords } from '../../../src/graph/resident/encoded-text.ts';

/** Any sequence of UTF-16 units, well-formed or not. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

const cases: readonly { readonly what: string; readonly text: string; readonly words: number }[] = [
  { what: 'the empty string', text: '', words: 1 },
  { what: 'three bytes beside the length', text: 'abc', words: 1 },
  { what: 'one byte more', text: 'abcd', words: 2 },
  { what: 'NUL', text: '\0\0\0\0', words: 2 },
  { what: 'the highest unit of one byte', text: 'ÿ', words: 1 },
  { what: 'the lowest unit of two bytes', text: 'Ā', words: 1 },
  { what: 'a pair of surrogates', text: '🙂', words: 2 },
  { what: 'a lone surrogate', text: '\ud83d', words: 1 },
  { what: 'surrogates in the wrong order', text: '\ude42\ud83d', words: 2 },
  { what: 'the longest string with a length of one byte', text: 'x'.repeat(126), words: 32 },
  { what: 'a longer one', text: 'x'.repeat(127), words: 33 },
  { what: 'a longer one of two bytes a unit', text: 'ж'.repeat(127), words: 65 },
  { what: 'a very long one', text: 'y'.repeat(1_000_001), words: 250_002 },
];

describe('the stored form of names', () => {
  for (const { what, text, words } of cases) {
    it(`gives ${what} back`, () => {
      const encoded = encode(text);
      assert.equal(encoded.length, words);
      assertDecodes(encoded, text);
    });
  }

  it('gives any string back, and is its own for each', () => {
    const known = new Map<string, string>();
    fc.assert(
      fc.property(anyText, (text) => {
        const encoded = encode(text);
        assertDecodes(encoded, text);
        const key = encoded.join();
        assert.equal(known.get(key) ?? text, text);
        known.set(key, text);
      }),
    );
  });

  it('is not touched by the string before', () => {
    const encoded = new EncodedText();
    encoded.encode('\xff'.repeat(200));
    encoded.encode('a');
    assert.deepEqual(encoded.words.slice(0, encoded.wordCount), encode('a'));
  });

  it('refuses a string whose length it cannot keep', () => {
    assert.throws(() => encode('x'.repeat(2 ** 24)), RangeError);
  });
});

function encode(text: string): Int32Array {
  const encoded = new EncodedText();
  encoded.encode(text);
  return encoded.words.slice(0, encoded.wordCount);
}

function assertDecodes(words: Int32Array, text: string): void {
  const bytes = Buffer.from(words.buffer);
  assert.equal(encodedWords(bytes, 0), words.length);
  assert.equal(decodeText(bytes, 0), text);
}
