import { EdgeLists } from './edge-lists.ts';
import {
  EdgeRecords,
  type EdgeRecordsImage,
  NEXT_MEMBER,
  NEXT_MEMBERSHIP,
  PREVIOUS_MEMBER,
  PREVIOUS_MEMBERSHIP,
  SET,
  SUBJECT,
} from './edge-records.ts';
import { HashChains, type HashChainsImage } from './hash-chains.ts';
import { mixPair } from './mix-pair.ts';
import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';
import { MEMBERS, MEMBERSHIPS, type Vertices } from './vertices.ts';

/**
 * The stored memberships: an edge leads from a set to a subject that is stored in it. Subject
 * sets stand in front of ids among the members of a set.
 *
 * Invariant: an edge is in the hash index when it is neither its set's only edge nor its
 * subject's only one; those are found without it. In most graphs that is most of them.
 */
export class Edges {
  readonly members: EdgeLists;
  readonly memberships: EdgeLists;
  readonly #records: EdgeRecords;
  readonly #entries: Records;
  readonly #index: HashChains;
  readonly #seed: number;

  constructor(vertices: Vertices, seed: number, image?: EdgesImage) {
    this.#seed = seed;
    this.#records = new EdgeRecords(image?.records);
    this.#entries = new Records(ENTRY_WIDTH, image?.entries);
    this.#index = new HashChains({ records: this.#entries, next: ENTRY_NEXT, hashed: this, image: image?.index });
    const records = { edges: this.#records, vertices: vertices.records };
    this.members = new EdgeLists({
      ...records,
      previous: PREVIOUS_MEMBER,
      next: NEXT_MEMBER,
      head: MEMBERS,
      isInFront: (edge) => vertices.isSet(this.subjectOf(edge)),
      image: image?.members,
    });
    this.memberships = new EdgeLists({
      ...records,
      previous: PREVIOUS_MEMBERSHIP,
      next: NEXT_MEMBERSHIP,
      head: MEMBERSHIPS,
      isInFront: () => false,
      image: image?.memberships,
    });
  }

  /** What it holds beside vertices, for another thread; it is not to be used any more. */
  image(): EdgesImage {
    return {
      records: this.#records.image(),
      entries: this.#entries.image(),
      index: this.#index.image(),
      members: this.members.image(),
      memberships: this.memberships.image(),
    };
  }

  get count(): number {
    return this.#records.count;
  }

  get byteSize(): number {
    const lists = this.members.byteSize + this.memberships.byteSize;
    return this.#records.byteSize + this.#entries.byteSize + this.#index.byteSize + lists;
  }

  get usedByteSize(): number {
    const lists = this.members.usedByteSize + this.memberships.usedByteSize;
    return this.#records.usedByteSize + this.#entries.usedByteSize + this.#index.usedByteSize + lists;
  }

  setOf(edge: number): number {
    return this.#records.get(edge, SET);
  }

  subjectOf(edge: number): number {
    return this.#records.get(edge, SUBJECT);
  }

  /** The edge between two vertices; `NONE` when the subject is not stored in the set. */
  find(set: number, subject: number): number {
    if (!this.members.hasSeveral(set)) {
      const only = this.members.only(set);
      return only !== NONE && this.subjectOf(only) === subject ? only : NONE;
    }
    if (!this.memberships.hasSeveral(subject)) {
      const only = this.memberships.only(subject);
      return only !== NONE && this.setOf(only) === set ? only : NONE;
    }
    const entry = this.#findEntry(set, subject);
    return entry === NONE ? NONE : this.#entries.get(entry, ENTRY_EDGE);
  }

  /** Adds an edge that is not there yet. */
  add(set: number, subject: number): void {
    const onlyMember = this.#linkOnlyMember(set);
    const onlyMembership = this.memberships.only(subject);
    const edge = this.#addRecord(set, subject);
    // With company there is a list to search, so whoever was alone may need an entry now.
    this.#indexIfNeeded(edge);
    this.#indexIfNeeded(onlyMember);
    this.#indexIfNeeded(onlyMembership);
  }

  /** The same for the first edges of all, which cannot be found before `indexAppended`. */
  append(set: number, subject: number): void {
    this.#linkOnlyMember(set);
    this.#addRecord(set, subject);
  }

  /** In one go, and in the order in which the edges lie, the index takes a fraction of the time. */
  indexAppended(): void {
    for (const edge of this.#records.listed()) {
      if (this.memberships.hasSeveral(this.subjectOf(edge)))
        this.#entries.set(this.#entries.allocate(), ENTRY_EDGE, edge);
    }
    this.#index.reserve(this.#entries.count);
    for (let entry = 0; entry < this.#entries.end; entry++) {
      this.#index.add(this.#hash(this.#entries.get(entry, ENTRY_EDGE)), entry);
    }
  }

  remove(edge: number): void {
    const set = this.setOf(edge);
    const subject = this.subjectOf(edge);
    if (this.#isIndexed(edge)) this.#removeEntry(edge);
    this.members.remove(set, edge);
    this.memberships.remove(subject, edge);
    this.#records.release(edge);
    // Whoever is left alone needs no entry any more; it had one if its other side is not alone.
    const onlyMembership = this.memberships.only(subject);
    if (onlyMembership !== NONE && this.members.hasSeveral(this.setOf(onlyMembership))) {
      this.#removeEntry(onlyMembership);
    }
    const onlyMember = this.members.only(set);
    if (onlyMember === NONE) return;
    if (this.memberships.hasSeveral(this.subjectOf(onlyMember))) this.#removeEntry(onlyMember);
    this.#replace(onlyMember, this.#records.allocateLone());
  }

  hashHas(entry: number, bit: number): boolean {
    return (this.#hash(this.#entries.get(entry, ENTRY_EDGE)) & bit) !== 0;
  }

  /** Gives the only edge of a set, if there is one, what it needs to have a neighbour, and answers it. */
  #linkOnlyMember(set: number): number {
    const alone = this.members.only(set);
    return alone === NONE ? NONE : this.#replace(alone, this.#records.allocateListed());
  }

  #addRecord(set: number, subject: number): number {
    const isLone = this.members.first(set) === NONE;
    const edge = isLone ? this.#records.allocateLone() : this.#records.allocateListed();
    this.#records.set(edge, SET, set);
    this.#records.set(edge, SUBJECT, subject);
    this.members.add(set, edge);
    this.memberships.add(subject, edge);
    return edge;
  }

  /** Makes a set's only edge, which is in no index, one of the other sort. */
  #replace(edge: number, by: number): number {
    const set = this.setOf(edge);
    const subject = this.subjectOf(edge);
    this.#records.set(by, SET, set);
    this.#records.set(by, SUBJECT, subject);
    this.members.replace(set, edge, by);
    this.memberships.replace(subject, edge, by);
    this.#records.release(edge);
    return by;
  }

  #indexIfNeeded(edge: number): void {
    if (edge !== NONE && this.#isIndexed(edge)) this.#addEntry(edge);
  }

  #isIndexed(edge: number): boolean {
    return this.members.hasSeveral(this.setOf(edge)) && this.memberships.hasSeveral(this.subjectOf(edge));
  }

  #addEntry(edge: number): void {
    const entry = this.#entries.allocate();
    this.#entries.set(entry, ENTRY_EDGE, edge);
    this.#index.add(this.#hash(edge), entry);
  }

  #removeEntry(edge: number): void {
    const entry = this.#findEntry(this.setOf(edge), this.subjectOf(edge));
    this.#index.remove(this.#hash(edge), entry);
    this.#entries.release(entry);
  }

  #findEntry(set: number, subject: number): number {
    let entry = this.#index.first(mixPair(set, subject, this.#seed));
    while (entry !== NONE && !this.#leads(this.#entries.get(entry, ENTRY_EDGE), set, subject)) {
      entry = this.#index.after(entry);
    }
    return entry;
  }

  #leads(edge: number, set: number, subject: number): boolean {
    return this.setOf(edge) === set && this.subjectOf(edge) === subject;
  }

  #hash(edge: number): number {
    return mixPair(this.setOf(edge), this.subjectOf(edge), this.#seed);
  }
}

/** All edges on their way from one thread to another. */
export interface EdgesImage {
  readonly records: EdgeRecordsImage;
  readonly entries: RecordsImage;
  readonly index: HashChainsImage;
  readonly members: RecordsImage;
  readonly memberships: RecordsImage;
}

/** The fields of an entry of the index; the first is never negative. */
const ENTRY_EDGE = 0;
const ENTRY_NEXT = 1;
const ENTRY_WIDTH = 2;
