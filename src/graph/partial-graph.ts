import { type FactSource, NOT_LOADED } from '../engine/fact-source.ts';
import { Symbols } from '../engine/symbols.ts';
import type { Facts, Frontier } from '../persistence/tuple-reader.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';

/**
 * The part of one state's tuples that the questions of a call have asked for so far. What is
 * asked and not there is noted, to be loaded as the next level.
 */
export class PartialGraph {
  /** Names of relations and namespaces; those of the program keep their numbers. */
  readonly symbols: Symbols;
  readonly #objects = new Map<string, number>();
  readonly #objectNames: string[] = [];
  readonly #namespaces: number[] = [];
  readonly #sets = new Map<number, Members>();
  #wantedSets: Members[] = [];
  #wantedTuples: Lookup[] = [];

  constructor(symbols: Symbols) {
    this.symbols = new Symbols(symbols);
  }

  /** The number of an object. */
  object(namespace: string, object: string): number {
    const namespaceNumber = this.symbols.intern(namespace);
    const key = `${namespaceNumber}:${object}`;
    let number = this.#objects.get(key);
    if (number === undefined) {
      number = this.#objectNames.push(object) - 1;
      this.#objects.set(key, number);
      this.#namespaces.push(namespaceNumber);
    }
    return number;
  }

  namespaceOf(object: number): number {
    return this.#namespaces[object] as number; // objects are numbered by this class alone
  }

  /** The stored subject sets of a set, object and relation in turn; undefined, and noted, when they are not loaded. */
  membersOf(object: number, relation: number): readonly number[] | undefined {
    const key = object * RELATIONS + relation;
    let members = this.#sets.get(key);
    if (members === undefined) {
      members = { object, relation, pairs: undefined };
      this.#sets.set(key, members);
      this.#wantedSets.push(members);
    }
    return members.pairs;
  }

  /** Notes that it has to be looked up whether a tuple is stored; the lookup gets the answer. */
  want(lookup: Lookup): void {
    this.#wantedTuples.push(lookup);
  }

  /** Takes all that was noted since the last call; undefined when nothing was. */
  takeFrontier(): PendingLevel | undefined {
    if (this.#wantedSets.length === 0 && this.#wantedTuples.length === 0) return undefined;
    const [sets, lookups] = [this.#wantedSets, this.#wantedTuples];
    this.#wantedSets = [];
    this.#wantedTuples = [];
    return {
      frontier: {
        tuples: lookups.map((lookup) => this.#tupleOf(lookup)),
        sets: sets.map(({ object, relation }) => this.setOf(object, relation)),
      },
      apply: (facts) => {
        lookups.forEach((lookup, i) => {
          lookup.isStored = facts.stored[i] === true ? 1 : 0;
        });
        sets.forEach((members, i) => {
          members.pairs = this.#number(facts.subjectSets[i] ?? []);
        });
      },
    };
  }

  #number(subjectSets: readonly SubjectSet[]): number[] {
    const pairs: number[] = [];
    for (const { namespace, object, relation } of subjectSets) {
      pairs.push(this.object(namespace, object), this.symbols.intern(relation));
    }
    return pairs;
  }

  #tupleOf({ object, relation, subject }: Lookup): RelationTuple {
    return {
      namespace: this.symbols.name(this.namespaceOf(object)),
      object: this.#objectNames[object] as string, // objects are numbered by this class alone
      relation: this.symbols.name(relation),
      subject,
    };
  }

  /** The names of a set. */
  setOf(object: number, relation: number): SubjectSet {
    return {
      namespace: this.symbols.name(this.namespaceOf(object)),
      object: this.#objectNames[object] as string, // objects are numbered by this class alone
      relation: this.symbols.name(relation),
    };
  }
}

/** What a level asks the storage, and what to do with its answers. */
export interface PendingLevel {
  readonly frontier: Frontier;
  apply(facts: Facts): void;
}

interface Members {
  readonly object: number;
  readonly relation: number;
  pairs: readonly number[] | undefined;
}

interface Lookup {
  readonly object: number;
  readonly relation: number;
  readonly subject: RelationTuple['subject'];
  /** 1, 0 or `NOT_LOADED`. */
  isStored: number;
}

/** Invariant: relations have smaller numbers, as an evaluation ends long before it has met so many names. */
const RELATIONS = 2 ** 22;

/** A partial graph as one subject sees it. */
export class SubjectFacts implements FactSource {
  readonly #graph: PartialGraph;
  readonly #subject: Subject;
  readonly #lookups = new Map<number, Lookup>();
  #members: readonly number[] = [];

  constructor(graph: PartialGraph, subject: Subject) {
    this.#graph = graph;
    this.#subject = subject;
  }

  namespaceOf(object: number): number {
    return this.#graph.namespaceOf(object);
  }

  isStored(object: number, relation: number): number {
    const key = object * RELATIONS + relation;
    const known = this.#lookups.get(key);
    if (known !== undefined) return known.isStored;
    const lookup = { object, relation, subject: this.#subject, isStored: NOT_LOADED };
    this.#lookups.set(key, lookup);
    this.#graph.want(lookup);
    return NOT_LOADED;
  }

  openSubjectSets(object: number, relation: number): number {
    const members = this.#graph.membersOf(object, relation);
    if (members === undefined) return NOT_LOADED;
    this.#members = members;
    return members.length / 2;
  }

  objectAt(index: number): number {
    return this.#members[2 * index] as number; // indexes are below the count that opening answered
  }

  relationAt(index: number): number {
    return this.#members[2 * index + 1] as number; // as above
  }
}
