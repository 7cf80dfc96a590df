import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HashChains } from '../../../src/graph/resident/hash-chains.ts';
import { mixPair } from '../../../src/graph/resident/mix-pair.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { Records } from '../../../src/graph/resident/records.ts';

const KEY = 0;
const NEXT = 1;

/** A table of numbers that counts how often it asks for a hash. */
class Numbers {
  readonly #records = new Records(2);
  readonly #chains = new HashChains({ records: this.#records, next: NEXT, hashed: this });
  readonly #hash: (key: number) => number;
  asked = 0;

  constructor(hash: (key: number) => number) {
    this.#hash = hash;
  }

  hashHas(record: number, bit: number): boolean {
    this.asked++;
    return (this.#hash(this.#records.get(record, KEY)) & bit) !== 0;
  }

  add(key: number): void {
    const record = this.#records.allocate();
    this.#records.set(record, KEY, key);
    this.#chains.add(this.#hash(key), record);
  }

  remove(key: number): void {
    const { record } = this.find(key);
    this.#chains.remove(this.#hash(key), record);
    this.#records.release(record);
  }

  find(key: number): { record: number; looks: number } {
    let looks = 1;
    let record = this.#chains.first(this.#hash(key));
    for (; record !== NONE && this.#records.get(record, KEY) !== key; looks++) record = this.#chains.after(record);
    return { record, looks };
  }
}

describe('hash chains', () => {
  for (const { what, hash } of [
    { what: 'well-spread hashes', hash: (key: number) => mixPair(key, 0, 99) },
    { what: 'the numbers themselves', hash: (key: number) => key },
    { what: 'one hash for all', hash: () => -1 },
  ]) {
    it(`find what was added and not removed, with ${what}`, () => {
      const numbers = new Numbers(hash);
      const count = 700;
      for (let key = 0; key < count; key++) numbers.add(key);
      for (let key = 0; key < count; key += 3) numbers.remove(key);
      for (let key = 0; key < 2 * count; key++) {
        assert.equal(numbers.find(key).record !== NONE, key < count && key % 3 !== 0, String(key));
      }
    });
  }

  it('grow by little work at a time, and stay short', () => {
    const numbers = new Numbers((key) => mixPair(key, 0, 7));
    const count = 100_000;
    let most = 0;
    for (let key = 0; key < count; key++) {
      const before = numbers.asked;
      numbers.add(key);
      most = Math.max(most, numbers.asked - before);
    }
    assert.ok(most <= 16, `${most} hashes for one addition`);
    assert.ok(numbers.asked <= 3 * count, `${numbers.asked} hashes in all`);
    const looks = Array.from({ length: count }, (_, key) => numbers.find(key).looks);
    assert.ok(Math.max(...looks) <= 16);
    assert.ok(looks.reduce((sum, each) => sum + each, 0) <= 1.8 * count);
  });
});
