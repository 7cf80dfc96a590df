import { NONE } from '../../../src/graph/resident/none.ts';
import type { ResidentGraph } from '../../../src/graph/resident/resident-graph.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';

/** All tuples of a graph, or those of a namespace, in no certain order. */
export function tuplesOf(graph: ResidentGraph, namespace?: string): RelationTuple[] {
  const tuples: RelationTuple[] = [];
  const numbers = namespace === undefined ? graph.names.all().map((_, number) => number) : [graph.findName(namespace)];
  for (let object = 0; object < graph.objectEnd; object++) {
    if (!numbers.some((number) => graph.hasTuples(object, number))) continue;
    const sets: number[] = [];
    graph.setsOf(object, sets);
    for (const set of sets) {
      for (let cursor = graph.firstMember(set); cursor !== NONE; cursor = graph.nextMember(cursor)) {
        tuples.push(graph.tupleAt(cursor));
      }
    }
  }
  return tuples;
}
