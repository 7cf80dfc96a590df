import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EdgeLists } from '../../../src/graph/resident/edge-lists.ts';
import { EdgeRecords, NEXT_MEMBER, PREVIOUS_MEMBER, SUBJECT } from '../../../src/graph/resident/edge-records.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { Records } from '../../../src/graph/resident/records.ts';

/** Counts how often a field of an edge is looked at or written. */
class CountedEdges extends EdgeRecords {
  accesses = 0;

  override get(edge: number, field: number): number {
    this.accesses++;
    return super.get(edge, field);
  }

  override set(edge: number, field: number, value: number): void {
    this.accesses++;
    super.set(edge, field, value);
  }
}

/** One vertex, whose edges stand in front when they lead to an even subject. */
function oneVertex() {
  const edges = new CountedEdges();
  const vertices = new Records(1);
  const vertex = vertices.allocate();
  vertices.set(vertex, 0, NONE);
  const lists = new EdgeLists({
    edges,
    previous: PREVIOUS_MEMBER,
    next: NEXT_MEMBER,
    vertices,
    head: 0,
    isInFront: (edge) => edges.get(edge, SUBJECT) % 2 === 0,
  });
  const add = (subject: number): number => {
    const edge = edges.allocateListed();
    edges.set(edge, SUBJECT, subject);
    lists.add(vertex, edge);
    return edge;
  };
  const subjects = (): number[] => {
    const found: number[] = [];
    for (let edge = lists.first(vertex); edge !== NONE; edge = lists.after(edge)) found.push(edges.get(edge, SUBJECT));
    return found;
  };
  return { edges, lists, vertex, add, subjects };
}

describe('lists of edges', () => {
  it('have those in front before all others', () => {
    const { lists, vertex, add, subjects } = oneVertex();
    for (const subject of [1, 2, 3, 4, 5, 6]) add(subject);
    assert.deepEqual(subjects(), [6, 4, 2, 1, 3, 5]);
    assert.equal(lists.count(vertex), 6);
    assert.equal(lists.countInFront(vertex), 3);
  });

  for (const { what, removed, left } of [
    { what: 'the first', removed: 4, left: [2, 1, 3] },
    { what: 'the last', removed: 3, left: [4, 2, 1] },
    { what: 'one between', removed: 2, left: [4, 1, 3] },
  ]) {
    it(`lose ${what}`, () => {
      const { lists, vertex, add, subjects } = oneVertex();
      const edges = new Map([1, 2, 3, 4].map((subject) => [subject, add(subject)]));
      lists.remove(vertex, edges.get(removed) as number); // just added
      assert.deepEqual(subjects(), left);
      assert.equal(lists.countInFront(vertex), left.filter((subject) => subject % 2 === 0).length);
    });

    it(`replace ${what}`, () => {
      const { edges, lists, vertex, add, subjects } = oneVertex();
      const added = new Map([1, 2, 3, 4].map((subject) => [subject, add(subject)]));
      const by = edges.allocateListed();
      edges.set(by, SUBJECT, removed + 10);
      lists.replace(vertex, added.get(removed) as number, by); // just added
      assert.deepEqual(
        subjects(),
        [4, 2, 1, 3].map((subject) => (subject === removed ? subject + 10 : subject)),
      );
    });
  }

  it('know an only edge without a list', () => {
    const { lists, vertex, add, subjects } = oneVertex();
    const first = add(8);
    assert.equal(lists.only(vertex), first);
    assert.equal(lists.countInFront(vertex), 1);
    assert.equal(lists.usedByteSize, 0);
    const second = add(9);
    assert.equal(lists.only(vertex), NONE);
    assert.equal(lists.hasSeveral(vertex), true);
    lists.remove(vertex, first);
    assert.equal(lists.only(vertex), second);
    assert.equal(lists.usedByteSize, 0);
    assert.deepEqual(subjects(), [9]);
    lists.remove(vertex, second);
    assert.equal(lists.count(vertex), 0);
    assert.equal(lists.first(vertex), NONE);
  });

  it('take an edge in or out of a hundred thousand by a few accesses', () => {
    const { edges, lists, vertex, add } = oneVertex();
    const added = Array.from({ length: 100_000 }, (_, i) => add(i));
    edges.accesses = 0;
    const more = add(-1);
    lists.remove(vertex, more);
    for (const index of [0, 1, 50_000, 50_001, 99_998, 99_999]) lists.remove(vertex, added[index] as number); // within bounds
    assert.ok(edges.accesses <= 7 * 12, `${edges.accesses} accesses`);
  });
});
