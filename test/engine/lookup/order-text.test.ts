import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orderText } from '../../../src/engine/lookup/order-text.ts';

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
