import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Records } from '../../../src/graph/resident/records.ts';

describe('records', () => {
  it('keep their fields, and give numbers out again', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 400, size: 'max' }), (choices) => {
        const records = new Records(3);
        const expected = new Map<number, number[]>();
        let highest = 0;
        for (const choice of choices) {
          const used = [...expected.keys()];
          if (choice % 3 === 0 && used.length > 0) {
            const record = used[choice % used.length] as number; // within bounds
            records.release(record);
            expected.delete(record);
          } else {
            const record = records.allocate();
            assert.equal(expected.has(record), false);
            const fields = [choice, ~choice, choice ^ 0x5555];
            fields.forEach((value, field) => {
              records.set(record, field, value);
            });
            expected.set(record, fields);
          }
          highest = Math.max(highest, expected.size);
        }
        assert.equal(records.count, expected.size);
        assert.equal(records.end, highest);
        for (let record = 0; record < records.end; record++) {
          assert.equal(records.isUsed(record), expected.has(record));
        }
        for (const [record, fields] of expected) {
          assert.deepEqual(
            fields.map((_, field) => records.get(record, field)),
            fields,
          );
        }
      }),
    );
  });

  it('grow by one chunk at a time', () => {
    const records = new Records(2);
    let before = 0;
    for (let i = 0; i < 200_000; i++) {
      records.set(records.allocate(), 0, i);
      assert.ok(records.byteSize - before <= 2 ** 17, `${records.byteSize - before} bytes at once`);
      before = records.byteSize;
    }
    for (let i = 0; i < 200_000; i++) assert.equal(records.get(i, 0), i);
    assert.ok(records.byteSize <= records.usedByteSize + 2 ** 17);
  });

  it('take little when they are few', () => {
    const records = new Records(5);
    records.allocate();
    assert.ok(records.byteSize <= 512);
  });
});
