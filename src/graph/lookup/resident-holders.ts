import type { HolderSource } from '../../engine/lookup/candidate-source.ts';
import { NONE } from '../resident/none.ts';
import type { ResidentGraph } from '../resident/resident-graph.ts';
import { lookUp } from './look-up.ts';

/** Where subjects are stored in a resident graph. */
export class ResidentHolders implements HolderSource {
  object: number = NONE;
  relation: number = NONE;
  isStored = false;
  readonly #graph: ResidentGraph;
  /** The vertex of the question's subject. */
  readonly #subject: number;
  /** Of the object whose sets' lists are open one after the other. */
  readonly #sets: number[] = [];
  #cursor = NONE;

  constructor(graph: ResidentGraph, subject: number) {
    this.#graph = graph;
    this.#subject = subject;
  }

  namespaceOf(object: number): number {
    return this.#graph.namespaceOf(object);
  }

  openSubjectHolders(): boolean {
    return this.#open(this.#subject);
  }

  openHolders(object: number, relation: number): boolean {
    return this.#open(this.#graph.findSet(object, relation));
  }

  openObjectHolders(object: number): boolean {
    this.#graph.setsOf(object, this.#sets);
    this.#cursor = NONE;
    return true;
  }

  next(): boolean {
    while (this.#cursor === NONE) {
      const set = this.#sets.pop();
      if (set === undefined) return false;
      this.#cursor = this.#graph.firstMembership(set);
    }
    const holder = this.#graph.setOf(this.#cursor);
    this.#cursor = this.#graph.nextMembership(this.#cursor);
    this.object = this.#graph.objectOf(holder);
    this.relation = this.#graph.relationOf(holder);
    this.isStored = this.#graph.firstMembership(holder) !== NONE;
    return true;
  }

  mayBeStored(relation: number): boolean {
    return this.#graph.nameUses.isUsed(relation);
  }

  lookUp(object: number, relation: number): boolean | undefined {
    return lookUp(this.#graph, this.#graph.findSet(object, relation), this.#subject);
  }

  #open(vertex: number): true {
    this.#sets.length = 0;
    this.#cursor = vertex === NONE ? NONE : this.#graph.firstMembership(vertex);
    return true;
  }
}
