import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byteOrderKey, orderText } from '../../../src/engine/lookup/order-key.ts';

const wellFormed = fc.string({ unit: 'binary', maxLength: 6 });

describe('keys of texts', () => {
  it('compare as the UTF-8 bytes of the texts do', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const [left, right] = [byteOrderKey(a), byteOrderKey(b)];
        const order = left < right ? -1 : left > right ? 1 : 0;
        assert.equal(order, Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('set the highest code points behind those that take three bytes', () => {
    const texts = ['\u{10ffff}', '\uffff', '\ue000', '\u{10000}', '\ud7ff'];
    const sorted = texts.toSorted((a, b) => (byteOrderKey(a) < byteOrderKey(b) ? -1 : 1));
    assert.deepEqual(sorted, ['\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}']);
  });
});

describe('what names stand for in the order of a list', () => {
  const cases = [
    { what: 'a name of 240 bytes', name: 'é'.repeat(120), isItself: true },
    { what: 'a name of 241 bytes', name: `${'é'.repeat(120)}x`, isItself: false },
    { what: 'a name with a NUL character', name: `${'x'.repeat(200)}\0`, isItself: false },
    { what: 'a long name with a character across the limit', name: `x${'é'.repeat(500)}`, isItself: false },
  ];
  for (const { what, name, isItself } of cases) {
    it(`is ${isItself ? 'the name' : 'its beginning and a digest'} for ${what}`, () => {
      const text = orderText(name);
      assert.equal(text === name, isItself);
      assert.ok(Buffer.byteLength(text) <= 284);
      assert.ok(!text.includes('\0'));
      assert.ok(text.startsWith(name.slice(0, 100)));
      assert.equal(Buffer.from(text).toString(), text);
      if (!isItself) assert.notEqual(text, orderText(`${name}!`));
    });
  }
});
