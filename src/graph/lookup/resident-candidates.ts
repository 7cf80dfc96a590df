import type { Subject } from '../../tuple/relation-tuple.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { type Candidates, MEMBER, UNDECIDED } from './candidates.ts';
import { subjectPartKey } from './subject-place.ts';

/** What a search in a graph has found: numbers, and of each whether it is in the list for certain. */
export interface FoundNumbers {
  readonly numbers: Int32Array;
  readonly memberships: Uint8Array;
}

export function foundNumbers(found: readonly number[], areMembers: readonly boolean[]): FoundNumbers {
  return {
    numbers: Int32Array.from(found),
    memberships: Uint8Array.from(found, (_, i) => (areMembers[i] === true ? MEMBER : UNDECIDED)),
  };
}

/** Objects of a graph that may be in a list; good for as long as the graph does not change. */
export class ObjectCandidates implements Candidates<string> {
  readonly memberships: Uint8Array;
  readonly #objects: Int32Array;
  readonly #graph: ResidentGraph;

  constructor(graph: ResidentGraph, { numbers, memberships }: FoundNumbers) {
    this.memberships = memberships;
    this.#objects = numbers;
    this.#graph = graph;
  }

  keyOf(candidate: number, part: number): number {
    return this.#graph.keyOf(this.#objects[candidate] as number, part); // candidates are numbered by their places
  }

  valueOf(candidate: number): string {
    return this.#graph.objectName(this.#objects[candidate] as number); // as above
  }
}

/** Subjects of a graph that may be in a list, by their vertices. */
export class SubjectCandidates implements Candidates<Subject> {
  readonly memberships: Uint8Array;
  readonly #vertices: Int32Array;
  readonly #graph: ResidentGraph;

  constructor(graph: ResidentGraph, { numbers, memberships }: FoundNumbers) {
    this.memberships = memberships;
    this.#vertices = numbers;
    this.#graph = graph;
  }

  keyOf(candidate: number, part: number): number {
    const graph = this.#graph;
    const vertex = this.#vertices[candidate] as number; // candidates are numbered by their places
    return graph.isSet(vertex)
      ? subjectPartKey(graph.subject(vertex), part)
      : graph.keyOf(graph.objectOf(vertex), part);
  }

  valueOf(candidate: number): Subject {
    return this.#graph.subject(this.#vertices[candidate] as number); // as above
  }
}
