import assert from 'node:assert/strict';
import { NONE } from '../../../src/graph/resident/none.ts';
import type { ResidentGraph } from '../../../src/graph/resident/resident-graph.ts';
import type { RelationTuple, Subject } from '../../../src/tuple/relation-tuple.ts';
import { keyOf, keyOfSubject, type TupleMap } from './tuple-map.ts';
import { tuplesOf } from './tuples-of.ts';

/** Compares every answer of the graph with what follows from the tuples of the map. */
export function assertSameTuples(graph: ResidentGraph, expected: TupleMap): void {
  const all = expected.all;
  assert.equal(graph.tupleCount, all.length);
  assert.deepEqual(graph.checksum, expected.checksum);
  assert.deepEqual(tuplesOf(graph).map(keyOf).sort(), expected.keys);
  for (const [namespace, tuples] of groupBy(all, (tuple) => tuple.namespace)) {
    assert.equal(graph.tupleCountOf(namespace), tuples.length, namespace);
    assert.ok(graph.byteSizeOf(namespace) > 0);
    assert.deepEqual(tuplesOf(graph, namespace).map(keyOf).sort(), tuples.map(keyOf).sort());
  }
  assertObjects(graph, all);
  for (const tuples of groupBy(all, ({ namespace, object, relation }) =>
    keyOfSubject({ kind: 'set', namespace, object, relation }),
  ).values()) {
    assertMembers(graph, tuples);
  }
  for (const tuples of groupBy(all, ({ subject }) => keyOfSubject(subject)).values()) {
    assertMemberships(graph, tuples);
  }
}

function assertObjects(graph: ResidentGraph, all: readonly RelationTuple[]): void {
  const expected = new Map<string, Set<string>>();
  for (const { namespace, object } of all.flatMap((tuple) => setsOf(tuple))) {
    const objects = expected.get(namespace) ?? new Set();
    expected.set(namespace, objects.add(object));
  }
  for (const [namespace, objects] of expected) {
    const number = graph.findName(namespace);
    const found = objectsOf(graph, number);
    assert.deepEqual(found.map((object) => graph.objectName(object)).sort(), [...objects].sort());
    for (const object of found) {
      assert.equal(graph.namespaceOf(object), number);
      assert.equal(graph.findObject(number, graph.objectName(object)), object);
    }
  }
}

/** Those of which tuples are stored, and those of the sets that are subjects. */
function objectsOf(graph: ResidentGraph, namespace: number): number[] {
  const objects = new Set<number>();
  for (let object = 0; object < graph.objectEnd; object++) if (graph.hasTuples(object, namespace)) objects.add(object);
  for (let vertex = 0; vertex < graph.vertexEnd; vertex++) {
    if (!graph.isSubject(vertex) || !graph.isSet(vertex)) continue;
    const object = graph.objectOf(vertex);
    if (graph.namespaceOf(object) === namespace) objects.add(object);
  }
  return [...objects];
}

/** @param tuples all of one set */
function assertMembers(graph: ResidentGraph, tuples: readonly RelationTuple[]): void {
  const { namespace, object, relation } = tuples[0] as RelationTuple; // groups are not empty
  const set = graph.findSet(graph.findObject(graph.findName(namespace), object), graph.findName(relation));
  assert.notEqual(set, NONE);
  assert.equal(graph.isSet(set), true);
  assert.deepEqual(subjectAt(graph, set), { kind: 'set', namespace, object, relation });

  const members = tuples.map(({ subject }) => keyOfSubject(subject)).sort();
  const cursors = follow(graph.firstMember(set), (cursor) => graph.nextMember(cursor));
  assert.deepEqual(cursors.map((cursor) => keyOfSubject(subjectAt(graph, graph.subjectOf(cursor)))).sort(), members);
  assert.equal(graph.memberCount(set), members.length);
  for (const cursor of cursors) {
    assert.equal(graph.setOf(cursor), set);
    assert.equal(graph.isMember(set, graph.subjectOf(cursor)), true);
  }

  const subjectSets = tuples.filter(({ subject }) => subject.kind === 'set').length;
  const setCursors = follow(graph.firstSubjectSet(set), (cursor) => graph.nextSubjectSet(cursor));
  assert.deepEqual(setCursors, cursors.slice(0, subjectSets));
  assert.ok(setCursors.every((cursor) => graph.isSet(graph.subjectOf(cursor))));
  assert.equal(graph.subjectSetCount(set), subjectSets);
}

/** @param tuples all of one subject */
function assertMemberships(graph: ResidentGraph, tuples: readonly RelationTuple[]): void {
  const { subject } = tuples[0] as RelationTuple; // groups are not empty
  const vertex = graph.findSubject(subject);
  assert.deepEqual(subjectAt(graph, vertex), subject);
  const cursors = follow(graph.firstMembership(vertex), (cursor) => graph.nextMembership(cursor));
  assert.deepEqual(cursors.map((cursor) => keyOf(graph.tupleAt(cursor))).sort(), tuples.map(keyOf).sort());
  assert.equal(graph.membershipCount(vertex), tuples.length);
  assert.ok(cursors.every((cursor) => graph.subjectOf(cursor) === vertex));
}

function subjectAt(graph: ResidentGraph, vertex: number): Subject {
  if (!graph.isSet(vertex)) return { kind: 'id', id: graph.idName(vertex) };
  const object = graph.objectOf(vertex);
  return {
    kind: 'set',
    namespace: graph.names.name(graph.namespaceOf(object)),
    object: graph.objectName(object),
    relation: graph.names.name(graph.relationOf(vertex)),
  };
}

function setsOf({ namespace, object, subject }: RelationTuple): { namespace: string; object: string }[] {
  return subject.kind === 'set' ? [{ namespace, object }, subject] : [{ namespace, object }];
}

function follow(first: number, next: (cursor: number) => number): number[] {
  const cursors: number[] = [];
  for (let cursor = first; cursor !== NONE; cursor = next(cursor)) cursors.push(cursor);
  return cursors;
}

function groupBy(
  tuples: readonly RelationTuple[],
  key: (tuple: RelationTuple) => string,
): Map<string, RelationTuple[]> {
  const groups = new Map<string, RelationTuple[]>();
  for (const tuple of tuples) {
    const group = groups.get(key(tuple));
    if (group === undefined) groups.set(key(tuple), [tuple]);
    else group.push(tuple);
  }
  return groups;
}
