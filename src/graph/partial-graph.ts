import { setImmediate } from 'node:timers/promises';
import { END, type FactSource, NOT_LOADED } from '../engine/fact-source.ts';
import { Symbols } from '../engine/symbols.ts';
import type { Facts, Frontier } from '../persistence/tuple-reader.ts';
import type { RelationTuple, Subject, SubjectSet } from '../tuple/relation-tuple.ts';

/** Questions of a level that are read at once: a millisecond or two of work on either side of the read. */
const MAX_PART_QUESTIONS = 2000;
/** Members that are numbered in one turn. */
const MEMBERS_PER_TURN = 5000;

/** What is known without a read. */
export interface KnownSets {
  /** The stored subject sets of a set; undefined when they have to be read. */
  membersOf(set: SubjectSet): readonly SubjectSet[] | undefined;
}

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
  readonly #sets: PartialSet[] = [];
  readonly #setNumbers = new Map<number, number>();
  readonly #known: KnownSets | undefined;
  #wantedSets: PartialSet[] = [];
  #wantedTuples: Lookup[] = [];

  constructor(symbols: Symbols, known?: KnownSets) {
    this.symbols = new Symbols(symbols);
    this.#known = known;
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

  /** The number of a set. */
  set(object: number, relation: number): number {
    const key = object * RELATIONS + relation;
    let number = this.#setNumbers.get(key);
    if (number === undefined) {
      number = this.#sets.push({ object, relation, isWanted: false, members: undefined }) - 1;
      this.#setNumbers.set(key, number);
    }
    return number;
  }

  at(set: number): PartialSet {
    return this.#sets[set] as PartialSet; // sets are numbered by this class alone
  }

  /** The stored subject sets of a set; undefined, and noted, when they are not loaded. */
  membersOf(set: number): readonly number[] | undefined {
    const entry = this.at(set);
    if (!entry.isWanted) {
      entry.isWanted = true;
      const known = this.#known?.membersOf(this.setOf(entry.object, entry.relation));
      if (known === undefined) this.#wantedSets.push(entry);
      else entry.members = known.map((member) => this.#number(member));
    }
    return entry.members;
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
    return { parts: () => this.#partsOf(sets, lookups) };
  }

  *#partsOf(sets: readonly PartialSet[], lookups: readonly Lookup[]): Generator<LevelPart> {
    for (let start = 0; start < lookups.length + sets.length; start += MAX_PART_QUESTIONS) {
      const firstSet = Math.max(0, start - lookups.length);
      const endOfSets = Math.max(0, start + MAX_PART_QUESTIONS - lookups.length);
      yield this.#part(sets.slice(firstSet, endOfSets), lookups.slice(start, start + MAX_PART_QUESTIONS));
    }
  }

  #part(sets: readonly PartialSet[], lookups: readonly Lookup[]): LevelPart {
    return {
      frontier: {
        tuples: lookups.map((lookup) => this.#tupleOf(lookup)),
        sets: sets.map(({ object, relation }) => this.setOf(object, relation)),
      },
      apply: async ({ stored, subjectSets }) => {
        for (const [index, lookup] of lookups.entries()) lookup.isStored = stored[index] === true ? 1 : 0;
        for (const [index, set] of sets.entries()) set.members = await this.#numberAll(subjectSets[index] ?? []);
      },
    };
  }

  async #numberAll(subjectSets: readonly SubjectSet[]): Promise<number[]> {
    const numbers: number[] = [];
    for (const set of subjectSets) {
      if (numbers.push(this.#number(set)) % MEMBERS_PER_TURN === 0) await setImmediate();
    }
    return numbers;
  }

  #number({ namespace, object, relation }: SubjectSet): number {
    return this.set(this.object(namespace, object), this.symbols.intern(relation));
  }

  #tupleOf({ set, subject }: Lookup): RelationTuple {
    const { object, relation } = this.at(set);
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

/** What has to be loaded before an evaluation goes on. */
export interface PendingLevel {
  /** One part that is not empty, or several where it asks for much: each is made when it is its turn. */
  parts(): Iterable<LevelPart>;
}

/** What the storage is asked, and what to do with its answers. */
export interface LevelPart {
  readonly frontier: Frontier;
  /** Others get their turn while much is applied. */
  apply(facts: Facts): Promise<void>;
}

/** A set, and the sets stored in it once they are loaded. */
interface PartialSet {
  readonly object: number;
  readonly relation: number;
  isWanted: boolean;
  members: readonly number[] | undefined;
}

interface Lookup {
  readonly set: number;
  readonly subject: RelationTuple['subject'];
  /** 1, 0 or `NOT_LOADED`. */
  isStored: number;
}

/** Invariant: relations have smaller numbers, as an evaluation ends long before it has met so many names. */
const RELATIONS = 2 ** 22;

/** A partial graph as one subject sees it. */
export class SubjectFacts implements FactSource {
  readonly isAtHand = false;
  readonly #graph: PartialGraph;
  readonly #subject: Subject;
  readonly #lookups = new Map<number, Lookup>();
  #members: readonly number[] = [];
  #next = 0;

  constructor(graph: PartialGraph, subject: Subject) {
    this.#graph = graph;
    this.#subject = subject;
  }

  namespaceOf(object: number): number {
    return this.#graph.namespaceOf(object);
  }

  nameOf(relation: number): string {
    return this.#graph.symbols.name(relation);
  }

  setOf(object: number, relation: number): number {
    return this.#graph.set(object, relation);
  }

  objectOf(set: number): number {
    return this.#graph.at(set).object;
  }

  relationOf(set: number): number {
    return this.#graph.at(set).relation;
  }

  isStored(set: number): number {
    const known = this.#lookups.get(set);
    if (known !== undefined) return known.isStored;
    const lookup = { set, subject: this.#subject, isStored: NOT_LOADED };
    this.#lookups.set(set, lookup);
    this.#graph.want(lookup);
    return NOT_LOADED;
  }

  openSubjectSets(set: number): number {
    const members = this.#graph.membersOf(set);
    this.#next = 0;
    this.#members = members ?? [];
    return members === undefined ? NOT_LOADED : members.length;
  }

  nextSubjectSet(): number {
    return this.#members[this.#next++] ?? END;
  }

  countSubjectSets(): number {
    return NOT_LOADED;
  }

  openHolders(): boolean {
    return false;
  }

  nextHolder(): number {
    return END;
  }
}
