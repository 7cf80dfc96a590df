import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Entities } from '../../../src/graph/resident/entities.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { TextHash } from '../../../src/graph/resident/text-hash.ts';
import { Vertices } from '../../../src/graph/resident/vertices.ts';

describe('vertices', () => {
  it('of an object with very many relations are found by a few accesses', () => {
    const entities = new Entities(new TextHash(1, 2));
    const vertices = new Vertices(entities, 3);
    const object = entities.intern(1, 'popular');
    const count = 20_000;
    const numbers = Array.from({ length: count }, (_, relation) => vertices.add(object, relation));
    const reads = countReads(vertices);
    assert.deepEqual(
      Array.from({ length: count }, (_, relation) => vertices.find(object, relation)),
      numbers,
    );
    assert.equal(vertices.find(object, count), NONE);
    assert.ok(reads.count <= 10 * count, `${reads.count} reads`);
    reads.count = 0;
    for (const number of numbers) vertices.remove(number);
    assert.ok(reads.count <= 20 * count, `${reads.count} reads`);
    assert.equal(entities.find(1, 'popular'), NONE);
    assert.equal(vertices.usedByteSize, 0);
  });
});

/** Counts from now on how often a field is read. */
function countReads(vertices: Vertices): { count: number } {
  const { records } = vertices;
  const reads = { count: 0 };
  const get = records.get.bind(records);
  records.get = (record, field) => {
    reads.count++;
    return get(record, field);
  };
  return reads;
}
