import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buffersOf } from '../../../src/graph/resident/graph-image.ts';
import { NONE } from '../../../src/graph/resident/none.ts';
import { ResidentGraph } from '../../../src/graph/resident/resident-graph.ts';
import type { RelationTuple, Subject } from '../../../src/tuple/relation-tuple.ts';
import { assertSameTuples } from './assert-same-tuples.ts';
import { TupleMap } from './tuple-map.ts';
import { tuplesOf } from './tuples-of.ts';

/** Names that break careless code: empty, one byte and two bytes a unit, halves of characters, long, names of built-ins. */
const NAMES = [
  '',
  '\0',
  '\0\0',
  'a',
  'ann',
  'é',
  'ÿ',
  'Ā',
  '\u0101',
  '\x01\x01',
  '🙂',
  '\ud83d',
  '\ude42',
  '\ude42\ud83d',
  '__proto__',
  'constructor',
  'x'.repeat(126),
  'x'.repeat(127),
  'ж'.repeat(128),
];
const LONG_NAMES = ['y'.repeat(60_000), '語'.repeat(70_000)];
const PLAIN = { noNullPrototype: true };
const name = fc.oneof(
  { weight: 100, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG_NAMES) },
);
const namespace = fc.constantFrom('Doc', 'Group', '', '__proto__');
const relation = fc.constantFrom('', 'viewers', 'toString', '🙂', 'r1', 'r2', 'r3');
const subjectSet = fc.record({ kind: fc.constant('set' as const), namespace, object: name, relation }, PLAIN);
const subjectId = fc.record({ kind: fc.constant('id' as const), id: name }, PLAIN);
const tuple: fc.Arbitrary<RelationTuple> = fc.record({
  namespace,
  object: name,
  relation,
  subject: fc.oneof<fc.Arbitrary<Subject>[]>(subjectId, subjectSet),
});
const fewRelations = fc.constantFrom('', 'r', 's', 't', 'u', 'v');
/** Sets that meet each other again and again: lists of one, two and more, and what is deleted is often there. */
const denseTuple: fc.Arbitrary<RelationTuple> = fc.record({
  namespace: fc.constant('Doc'),
  object: fc.constantFrom('a', 'b'),
  relation: fewRelations,
  subject: fc.oneof<fc.Arbitrary<Subject>[]>(
    fc.record({ kind: fc.constant('id' as const), id: fc.constantFrom('a', 'b', 'c') }, PLAIN),
    fc.record(
      {
        kind: fc.constant('set' as const),
        namespace: fc.constant('Doc'),
        object: fc.constantFrom('a', 'b'),
        relation: fewRelations,
      },
      PLAIN,
    ),
  ),
});

type Step =
  | { readonly kind: 'insert' | 'delete'; readonly tuple: RelationTuple }
  | { readonly kind: 'compact' }
  | { readonly kind: 'move' };

function steps(tuples: fc.Arbitrary<RelationTuple>): fc.Arbitrary<Step[]> {
  const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 30, arbitrary: fc.record({ kind: fc.constant('insert' as const), tuple: tuples }) },
    { weight: 20, arbitrary: fc.record({ kind: fc.constant('delete' as const), tuple: tuples }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('compact' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const) }) },
  );
  return fc.array(step, { maxLength: 150, size: 'max' });
}

describe('the resident graph', () => {
  for (const { what, tuples } of [
    { what: 'hostile names', tuples: tuple },
    { what: 'few sets that meet each other', tuples: denseTuple },
  ]) {
    it(`holds what was inserted and not deleted, with ${what}`, () => {
      fc.assert(
        fc.property(steps(tuples), (all) => {
          let graph = new ResidentGraph();
          const expected = new TupleMap();
          for (const step of all) graph = take(step, graph, expected);
          assertSameTuples(graph, expected);
          for (const stored of expected.all) graph.delete(stored);
          assert.equal(graph.usedByteSize, 0);
        }),
        { numRuns: 80 },
      );
    });
  }

  for (const { what, tuples } of [
    { what: 'hostile names', tuples: tuple },
    { what: 'few sets that meet each other', tuples: denseTuple },
  ]) {
    it(`holds what was appended, and goes on from there, with ${what}`, () => {
      fc.assert(
        fc.property(fc.array(tuples, { maxLength: 150, size: 'max' }), steps(tuples), (first, all) => {
          let graph = new ResidentGraph();
          const expected = new TupleMap();
          for (const one of first) if (expected.insert(one)) graph.append(one);
          graph.finishAppending();
          assertSameTuples(graph, expected);
          for (const step of all) graph = take(step, graph, expected);
          assertSameTuples(graph, expected);
          for (const stored of expected.all) graph.delete(stored);
          assert.equal(graph.usedByteSize, 0);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('knows nothing before the first tuple and after the last', () => {
    const graph = new ResidentGraph();
    const only: RelationTuple = { namespace: 'Doc', object: 'a', relation: 'r', subject: { kind: 'id', id: 'ann' } };
    assertKnowsNothing(graph, only);
    graph.insert(only);
    assert.equal(graph.has(only), true);
    graph.delete(only);
    assertKnowsNothing(graph, only);
    assert.deepEqual([...graph.checksum], [0, 0, 0, 0]);
    assert.equal(graph.byteSizeOf('Doc'), 0);
  });

  it('stays as large as it was while all that is stored changes again and again', () => {
    const graph = new ResidentGraph();
    const tuplesOf = (round: number): RelationTuple[] =>
      Array.from({ length: 6000 }, (_, i) => {
        // Names of other lengths each round, groups of many, and documents with one viewer.
        const own = `${round}-${i}`.padEnd(8 + ((i + round) % 30), 'x');
        return i % 2 === 0
          ? { namespace: 'Doc', object: own, relation: 'viewers', subject: { kind: 'id', id: `user-${i % 50}` } }
          : { namespace: 'Group', object: `group-${i % 7}`, relation: 'members', subject: { kind: 'id', id: own } };
      });
    let stored = tuplesOf(0);
    for (const each of stored) graph.insert(each);
    const atFirst = graph.byteSize;
    for (let round = 1; round <= 12; round++) {
      const next = tuplesOf(round);
      stored.forEach((each, i) => {
        graph.delete(each);
        graph.insert(next[i] as RelationTuple); // as many each round
      });
      stored = next;
    }
    assert.equal(graph.tupleCount, 6000);
    assert.ok(graph.byteSize <= 1.35 * atFirst, `${graph.byteSize} bytes after ${atFirst}`);
    for (const each of stored) graph.delete(each);
    assert.equal(graph.usedByteSize, 0);
  });

  it('takes a bounded number of bytes a tuple', () => {
    const graph = new ResidentGraph();
    const count = 60_000;
    for (let i = 0; i < count; i++) {
      graph.insert({
        namespace: 'Doc',
        object: `doc-${i + 100_000}`,
        relation: 'viewers',
        subject: { kind: 'id', id: `user-${i % 50}` },
      });
    }
    assert.ok(graph.byteSize / count <= 80, `${graph.byteSize / count} bytes a tuple`);
    assert.ok(graph.usedByteSize <= graph.byteSize);
    const parts = graph.byteSizeOf('Doc') / graph.usedByteSize;
    assert.ok(parts > 0.9 && parts < 1.1, `the namespace is told to have ${parts} of the bytes`);
  });
});

/** Answers the graph that has the tuples from now on. */
function take(step: Step, graph: ResidentGraph, expected: TupleMap): ResidentGraph {
  switch (step.kind) {
    case 'insert':
      assert.equal(graph.has(step.tuple), expected.has(step.tuple));
      assert.equal(graph.insert(step.tuple), expected.insert(step.tuple));
      break;
    case 'delete':
      assert.equal(graph.delete(step.tuple), expected.delete(step.tuple));
      assert.equal(graph.has(step.tuple), false);
      break;
    case 'compact':
      while (!graph.compact(1));
      break;
    case 'move': {
      const image = graph.image();
      return new ResidentGraph(structuredClone(image, { transfer: buffersOf(image) }));
    }
  }
  return graph;
}

function assertKnowsNothing(graph: ResidentGraph, tuple: RelationTuple): void {
  const { namespace, object, relation, subject } = tuple;
  assert.equal(graph.tupleCount, 0);
  assert.equal(graph.has(tuple), false);
  const found = graph.findObject(graph.findName(namespace), object);
  assert.equal(found, NONE);
  assert.equal(graph.findSet(found, graph.findName(relation)), NONE);
  assert.equal(graph.findSubject(subject), NONE);
  assert.equal(graph.findId('ann'), NONE);
  assert.deepEqual(tuplesOf(graph), []);
}
