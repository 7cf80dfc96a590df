import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextHash } from '../../../src/graph/resident/text-hash.ts';

/** HalfSipHash-1-3 of the bytes 0, 1, 2 … under the key 0, 1 … 7, by the number of words: published test vectors. */
const VECTORS = [
  0x5814c896, 0x7e059ea6, 0x577999b1, 0x6b28096c, 0x8b31d501, 0x911bb605, 0x57150ad7, 0x0a4100d0, 0xbc6dda8d,
  0x7c46fb7f, 0x05327eb2, 0x11795ab1,
];

describe('the hash of names', () => {
  it('is HalfSipHash-1-3', () => {
    const words = new Int32Array(Uint8Array.from({ length: 48 }, (_, i) => i).buffer);
    const hash = new TextHash(0x03020100, 0x07060504);
    assert.deepEqual(
      VECTORS.map((_, count) => hash.of(words, 0, count) >>> 0),
      VECTORS,
    );
  });

  it('begins where it is told to', () => {
    const hash = new TextHash(1, 2);
    assert.equal(hash.of(Int32Array.of(7, 8, 9, 10), 1, 2), hash.of(Int32Array.of(8, 9), 0, 2));
  });

  it('depends on both halves of the key', () => {
    const words = Int32Array.of(1, 2, 3);
    const hashes = [new TextHash(1, 2), new TextHash(1, 3), new TextHash(4, 2)].map((hash) => hash.of(words, 0, 3));
    assert.equal(new Set(hashes).size, 3);
  });
});
