import { NONE } from '../resident/none.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';

/** Whether a subject is stored in a set, both given by vertices; undefined when a set that is stored there may have it. */
export function lookUp(graph: ResidentGraph, set: number, subject: number): boolean | undefined {
  if (set === NONE) return false;
  if (subject !== NONE && graph.isMember(set, subject)) return true;
  return graph.subjectSetCount(set) === 0 ? false : undefined;
}
