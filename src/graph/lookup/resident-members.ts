import type { MemberSource } from '../../engine/lookup/candidate-source.ts';
import { NONE } from '../resident/none.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { lookUp } from './look-up.ts';

/** What is stored in the sets of a resident graph. */
export class ResidentMembers implements MemberSource {
  subject: number = NONE;
  isSet = false;
  object: number = NONE;
  relation: number = NONE;
  readonly #graph: ResidentGraph;
  #cursor = NONE;
  #isOfSets = false;

  constructor(graph: ResidentGraph) {
    this.#graph = graph;
  }

  namespaceOf(object: number): number {
    return this.#graph.namespaceOf(object);
  }

  openMembers(object: number, relation: number): boolean {
    const set = this.#graph.findSet(object, relation);
    this.#isOfSets = false;
    this.#cursor = set === NONE ? NONE : this.#graph.firstMember(set);
    return true;
  }

  openSubjectSets(object: number, relation: number): boolean {
    const set = this.#graph.findSet(object, relation);
    this.#isOfSets = true;
    this.#cursor = set === NONE ? NONE : this.#graph.firstSubjectSet(set);
    return true;
  }

  next(): boolean {
    const cursor = this.#cursor;
    if (cursor === NONE) return false;
    this.#cursor = this.#isOfSets ? this.#graph.nextSubjectSet(cursor) : this.#graph.nextMember(cursor);
    this.subject = this.#graph.subjectOf(cursor);
    this.isSet = this.#graph.isSet(this.subject);
    if (this.isSet) {
      this.object = this.#graph.objectOf(this.subject);
      this.relation = this.#graph.relationOf(this.subject);
    }
    return true;
  }

  lookUp(object: number, relation: number): boolean | undefined {
    return lookUp(this.#graph, this.#graph.findSet(object, relation), this.subject);
  }
}
