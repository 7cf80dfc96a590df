import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inKeyOrder } from '../../../src/engine/lookup/in-key-order.ts';

describe('items in the order of their keys', () => {
  it('come as a sort would bring them', () => {
    const keys = fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 200 });
    fc.assert(
      fc.property(keys, (given) => {
        const found = [...inKeyOrder(given.map((key) => ({ key })))].map((item) => item?.key);
        assert.deepEqual(found, given.toSorted());
      }),
    );
  });

  it('let others run while many are sorted', () => {
    const items = Array.from({ length: 100_000 }, (_, i) => ({ key: String(i) }));
    let pauses = 0;
    for (const item of inKeyOrder(items)) {
      if (item !== undefined) break;
      pauses++;
    }
    assert.ok(pauses >= 10, String(pauses));
  });
});
