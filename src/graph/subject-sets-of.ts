import type { SubjectSet } from '../tuple/relation-tuple.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';

/** The subject sets that are stored in a set, by their names. */
export function subjectSetsOf(graph: ResidentGraph, { namespace, object, relation }: SubjectSet): SubjectSet[] {
  const members: SubjectSet[] = [];
  const set = graph.findSubject({ kind: 'set', namespace, object, relation });
  if (set < 0) return members;
  for (let cursor = graph.firstSubjectSet(set); cursor >= 0; cursor = graph.nextSubjectSet(cursor)) {
    const { subject } = graph.tupleAt(cursor);
    if (subject.kind === 'set') members.push(subject);
  }
  return members;
}
