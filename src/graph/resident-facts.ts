import { END, type FactSource, NO_HOLDER, NOT_LOADED } from '../engine/fact-source.ts';
import type { SubjectShape } from '../engine/subject-shape.ts';
import type { Subject } from '../tuple/relation-tuple.ts';
import type { ResidentGraph } from './resident/resident-graph.ts';

/** Nothing is stored in it. */
const NO_SET = -1;
/** Its namespace is not resident. */
const OUT = -2;
/** Nothing that the graph has: the subject is stored nowhere. */
const NOBODY = -1;
/** The first object that the graph does not know has this number, the next ones lie below. */
const FIRST_UNKNOWN_OBJECT = -2;
/** Names that the graph does not know are numbered from here on: more than it will ever know. */
const FIRST_UNKNOWN_NAME = 2 ** 28;

const ID: SubjectShape = { kind: 'id' };

/** The namespaces that a graph does not have, by their numbers. */
export type AbsentNamespaces = Pick<ReadonlySet<number>, 'has' | 'size'>;

/**
 * A resident graph as one subject sees it. Sets are the graph's vertices. What a question
 * names and the graph does not know gets a number for as long as the subject stays; the graph remains as it is.
 */
export class ResidentFacts implements FactSource {
  readonly isAtHand = true;
  #graph: ResidentGraph;
  #absent: AbsentNamespaces;
  #isComplete: boolean;
  #subject: number = NOBODY;
  /** The namespaces of the unknown objects, and the unknown names. */
  readonly #unknownObjects: number[] = [];
  readonly #unknownNames: string[] = [];
  #cursor: number = END;
  #holderOf: number = NO_SET;
  #holderCursor: number = END;

  constructor(graph: ResidentGraph, absent: AbsentNamespaces) {
    this.#graph = graph;
    this.#absent = absent;
    this.#isComplete = absent.size === 0;
  }

  /** The graph that is read from now on. */
  read(graph: ResidentGraph, absent: AbsentNamespaces): void {
    this.#graph = graph;
    this.#absent = absent;
    this.#isComplete = absent.size === 0;
  }

  /** The subject that asks from now on. */
  begin(subject: Subject): void {
    this.#subject = this.#graph.findSubject(subject);
    this.#unknownObjects.length = 0;
    this.#unknownNames.length = 0;
  }

  shapeOf(subject: Subject): SubjectShape {
    if (subject.kind === 'id') return ID;
    return { kind: 'set', namespace: this.name(subject.namespace), relation: this.name(subject.relation) };
  }

  /** The number of a namespace's or relation's name. */
  name(name: string): number {
    const known = this.#graph.names.find(name);
    if (known !== undefined) return known;
    const index = this.#unknownNames.indexOf(name);
    return FIRST_UNKNOWN_NAME + (index === -1 ? this.#unknownNames.push(name) - 1 : index);
  }

  nameOf(number: number): string {
    if (number < FIRST_UNKNOWN_NAME) return this.#graph.names.name(number);
    return this.#unknownNames[number - FIRST_UNKNOWN_NAME] as string; // given out by name
  }

  /** The number of an object. Of one that the graph does not know another one at each call: there is nothing to share. */
  object(namespace: string, object: string): number {
    const namespaceNumber = this.name(namespace);
    const known = this.#graph.findObject(namespaceNumber, object);
    return known === -1 ? FIRST_UNKNOWN_OBJECT - (this.#unknownObjects.push(namespaceNumber) - 1) : known;
  }

  namespaceOf(object: number): number {
    if (object >= 0) return this.#graph.namespaceOf(object);
    return this.#unknownObjects[FIRST_UNKNOWN_OBJECT - object] as number; // given out by object
  }

  setOf(object: number, relation: number): number {
    if (!this.#isComplete && this.#absent.has(this.namespaceOf(object))) return OUT;
    return object < 0 || relation >= FIRST_UNKNOWN_NAME ? NO_SET : this.#graph.findSet(object, relation);
  }

  objectOf(set: number): number {
    return this.#graph.objectOf(set);
  }

  relationOf(set: number): number {
    return this.#graph.relationOf(set);
  }

  isStored(set: number): number {
    if (!this.#isComplete && this.#isOut(set)) return NOT_LOADED;
    return set >= 0 && this.#subject !== NOBODY && this.#graph.isMember(set, this.#subject) ? 1 : 0;
  }

  openSubjectSets(set: number): number {
    this.#cursor = END;
    if (!this.#isComplete && this.#isOut(set)) return NOT_LOADED;
    if (set < 0) return 0;
    this.#cursor = this.#graph.firstSubjectSet(set);
    return this.#graph.subjectSetCount(set);
  }

  nextSubjectSet(): number {
    const cursor = this.#cursor;
    if (cursor === END) return END;
    this.#cursor = this.#graph.nextSubjectSet(cursor);
    return this.#graph.subjectOf(cursor);
  }

  countSubjectSets(set: number): number {
    if (!this.#isComplete && this.#isOut(set)) return NOT_LOADED;
    return set < 0 ? 0 : this.#graph.subjectSetCount(set);
  }

  openHolders(set: number): boolean {
    // Where namespaces are out, what a subject is stored in is not known in full.
    if (!this.#isComplete || set < 0) return false;
    this.#holderOf = set;
    this.#holderCursor = END;
    if (this.#subject === NOBODY) return true;
    if (this.#graph.membershipCount(this.#subject) >= this.#graph.subjectSetCount(set)) return false;
    this.#holderCursor = this.#graph.firstMembership(this.#subject);
    return true;
  }

  nextHolder(): number {
    const cursor = this.#holderCursor;
    if (cursor === END) return END;
    this.#holderCursor = this.#graph.nextMembership(cursor);
    const holder = this.#graph.setOf(cursor);
    return this.#graph.isMember(this.#holderOf, holder) ? holder : NO_HOLDER;
  }

  #isOut(set: number): boolean {
    if (set < 0) return set === OUT;
    return this.#absent.has(this.#graph.namespaceOf(this.#graph.objectOf(set)));
  }
}
