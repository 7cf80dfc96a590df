import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { orderText } from '../../../src/engine/lookup/order-text.ts';
import { bytesKey, isLastKey, nameKey } from '../../../src/engine/lookup/text-key.ts';
import { EncodedText, encodedKey } from '../../../src/graph/resident/encoded-text.ts';

const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  fc.string({ unit: 'grapheme', minLength: 70, maxLength: 300 }),
);

describe('keys of names', () => {
  it('compare, part by part, as the UTF-8 bytes of what the names stand for', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const order = Buffer.compare(Buffer.from(orderText(a)), Buffer.from(orderText(b)));
        assert.equal(compareKeys(a, b), order);
      }),
    );
  });

  it('set the highest code points behind those that take three bytes', () => {
    const texts = ['\u{10ffff}', '\uffff', '\ue000', '\u{10000}', '\ud7ff'];
    assert.deepEqual(texts.toSorted(compareKeys), ['\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}']);
  });

  it('are the same from a name, from its bytes, and from how a graph stores it', () => {
    const encoded = new EncodedText();
    fc.assert(
      fc.property(names, fc.nat({ max: 6 }), (name, part) => {
        const key = nameKey(name, part);
        assert.equal(bytesKey(Buffer.from(orderText(name)), part), key);
        encoded.encode(name);
        assert.equal(encodedKey(Buffer.from(encoded.words.buffer), 0, part), key);
      }),
    );
  });
});

function compareKeys(a: string, b: string): number {
  for (let part = 0; ; part++) {
    const [left, right] = [nameKey(a, part), nameKey(b, part)];
    if (left !== right) return left < right ? -1 : 1;
    if (isLastKey(left)) return 0;
  }
}
