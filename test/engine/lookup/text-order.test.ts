import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesKey, nameKey } from '../../../src/engine/lookup/text-key.ts';
import { TextOrder } from '../../../src/engine/lookup/text-order.ts';

/** Names that often begin alike. */
const name = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b', 'document-', 'é', '\uffff', '\u{10ffff}'), { maxLength: 8 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 9 }).filter((text) => !text.includes('\0')),
);
const names = fc.array(name, { maxLength: 300 });

describe('numbers in the order of their names', () => {
  it('come as sorting the bytes of the names would bring them', () => {
    fc.assert(
      fc.property(names, (given) => {
        assert.deepEqual(sorted(orderOf(given), given), given.toSorted(compareBytes));
      }),
    );
  });

  it('are in their places as far as it says, at every time', () => {
    fc.assert(
      fc.property(names, (given) => {
        const expected = given.toSorted(compareBytes);
        const order = orderOf(given);
        do {
          const settled = [...order.items.subarray(0, order.settled)].map((item) => given[item]);
          assert.deepEqual(settled, expected.slice(0, order.settled));
        } while (order.advance());
        assert.equal(order.settled, given.length);
      }),
    );
  });

  it('tell which is the first behind a text', () => {
    fc.assert(
      fc.property(names, name, (given, text) => {
        const order = orderOf(given);
        sorted(order, given);
        const bytes = Buffer.from(text);
        const expected = given.filter((one) => compareBytes(one, text) <= 0).length;
        assert.equal(
          order.firstBehind((part) => bytesKey(bytes, part)),
          expected,
        );
      }),
    );
  });

  it('let others run while many are looked at, and the first come long before the last', () => {
    const given = Array.from({ length: 100_000 }, (_, i) => `document-${(i * 7919) % 100_000}`);
    const order = orderOf(given);
    let pauses = 0;
    while (order.settled < 100 && order.advance()) pauses++;
    assert.ok(pauses >= 100, String(pauses));
    assert.ok(order.settled < 1000, String(order.settled));
  });

  it('are found for names without a difference, and for the same name many times', () => {
    const given = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 'same' : `${'long'.repeat(10)}${i % 2}`));
    assert.deepEqual(sorted(orderOf(given), given), given.toSorted());
  });
});

function orderOf(given: readonly string[]): TextOrder {
  const items = Int32Array.from(given, (_, i) => i);
  return new TextOrder(items, (item, part) => nameKey(given[item] ?? '', part));
}

function sorted(order: TextOrder, given: readonly string[]): (string | undefined)[] {
  while (order.advance());
  return [...order.items].map((item) => given[item]);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
