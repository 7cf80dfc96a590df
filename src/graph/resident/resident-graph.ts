import { Symbols } from '../../engine/symbols.ts';
import type { RelationTuple, Subject } from '../../tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES } from '../../tuple/tuple-checksum.ts';
import { Edges } from './edges.ts';
import { Entities, MAX_NAMESPACES } from './entities.ts';
import type { GraphImage } from './graph-image.ts';
import { createSeeds, type GraphSeeds } from './graph-seeds.ts';
import { NameUses } from './name-uses.ts';
import { Namespaces } from './namespaces.ts';
import { NONE } from './none.ts';
import { ENTITY_BYTES, TUPLE_BYTES, VERTEX_BYTES } from './record-bytes.ts';
import { TextHash } from './text-hash.ts';
import { Vertices } from './vertices.ts';

/**
 * Relation tuples in typed arrays, with the members of each set and the sets of each subject.
 *
 * A vertex is a set (object and relation, the relation may be `''`) or a subject id; objects
 * are numbered apart, and namespaces and relations by `names`. A number is an integer of 31
 * bits that holds until the next change of the graph; `NONE`, -1, is none. Lookups allocate
 * nothing. The graph is synchronous: between two changes it is one state.
 */
export class ResidentGraph {
  /** The numbers of the names of namespaces and relations. It only grows. */
  readonly names: Symbols = new Symbols();
  /** The sum over all stored tuples (`addTupleChecksum`); it changes with the graph. */
  readonly checksum: Uint32Array;
  readonly #entities: Entities;
  readonly #vertices: Vertices;
  readonly #edges: Edges;
  readonly #namespaces: Namespaces;
  /** What of the names sets have, which are bytes in use; only a new graph does without the others. */
  readonly nameUses: NameUses;
  /** The set of the tuple that was inserted last, as long as no vertex was removed since. */
  #before:
    | { readonly namespace: string; readonly object: string; readonly relation: string; readonly set: number }
    | undefined;
  readonly #seeds: GraphSeeds;

  /** An empty graph, or the one of an image, which nobody else may use. */
  constructor(image?: GraphImage) {
    for (const name of image?.names ?? []) this.names.intern(name);
    this.checksum = image?.checksum ?? new Uint32Array(CHECKSUM_LANES);
    this.nameUses = new NameUses(this.names, image?.nameUses);
    this.#namespaces = new Namespaces(image?.namespaces);
    this.#seeds = image?.seeds ?? createSeeds();
    const entities = new Entities(new TextHash(...this.#seeds.texts), image?.entities);
    const vertices = new Vertices(entities, this.#seeds.vertices, image?.vertices);
    const edges = new Edges(vertices, this.#seeds.edges, image?.edges);
    this.#entities = entities;
    this.#vertices = vertices;
    this.#edges = edges;
  }

  /** The whole graph, for another thread; it is not to be used any more. */
  image(): GraphImage {
    return {
      names: this.names.all(),
      nameUses: this.nameUses.image(),
      namespaces: this.#namespaces.image(),
      checksum: this.checksum,
      seeds: this.#seeds,
      entities: this.#entities.image(),
      vertices: this.#vertices.image(),
      edges: this.#edges.image(),
    };
  }

  get tupleCount(): number {
    return this.#edges.count;
  }

  /** The bytes allocated. It does not shrink when tuples go, but what they took is used again. */
  get byteSize(): number {
    return this.#entities.byteSize + this.#vertices.byteSize + this.#edges.byteSize + this.names.byteSize;
  }

  /** The bytes in use. */
  get usedByteSize(): number {
    const { usedByteSize } = this.#entities;
    return usedByteSize + this.#vertices.usedByteSize + this.#edges.usedByteSize + this.nameUses.usedByteSize;
  }

  tupleCountOf(namespace: string): number {
    return this.#at(namespace)?.tuples ?? 0;
  }

  /** About the bytes that the objects, sets and tuples of a namespace use; subject ids belong to none. */
  byteSizeOf(namespace: string): number {
    return this.#at(namespace)?.bytes ?? 0;
  }

  /** False when the tuple is stored already. */
  insert(tuple: RelationTuple): boolean {
    const set = this.#internSetOf(tuple);
    const subject = this.#internSubject(tuple.subject);
    // A stored tuple has kept its vertices, so in that case none was added here.
    if (this.#edges.find(set, subject) !== NONE) return false;
    this.#edges.add(set, subject);
    this.#count(set, 1);
    addTupleChecksum(this.checksum, tuple, 1);
    this.#entities.compact(COMPACTED_NAMES);
    return true;
  }

  /** Inserts one of the first tuples of all, none of them twice. The graph is not to be asked before `finishAppending`. */
  append(tuple: RelationTuple): void {
    const set = this.#internSetOf(tuple);
    this.#edges.append(set, this.#internSubject(tuple.subject));
    this.#count(set, 1);
    addTupleChecksum(this.checksum, tuple, 1);
  }

  finishAppending(): void {
    this.#edges.indexAppended();
  }

  /** False when the tuple is not stored. */
  delete(tuple: RelationTuple): boolean {
    const edge = this.#findTuple(tuple);
    if (edge === NONE) return false;
    this.#deleteEdge(edge, tuple);
    return true;
  }

  has(tuple: RelationTuple): boolean {
    return this.#findTuple(tuple) !== NONE;
  }

  /** Does at most so much of what is left to tidy up, in steps of a microsecond at most; true when nothing is left. Changes do so too, a little each. */
  compact(maxSteps: number): boolean {
    return this.#entities.compact(maxSteps);
  }

  /** The number of the name of a namespace or relation. */
  findName(name: string): number {
    return this.names.find(name) ?? NONE;
  }

  /** One more than the highest number of an object. */
  get objectEnd(): number {
    return this.#entities.end;
  }

  /** One more than the highest number of a vertex. */
  get vertexEnd(): number {
    return this.#vertices.end;
  }

  /** Whether a number below `objectEnd` is that of an object of the namespace of which tuples are stored. */
  hasTuples(object: number, namespace: number): boolean {
    if (!this.#entities.isUsed(object) || this.namespaceOf(object) !== namespace) return false;
    const sets: number[] = [];
    this.setsOf(object, sets);
    return sets.some((set) => this.memberCount(set) > 0);
  }

  /** Whether a number below `vertexEnd` is that of a subject which is stored somewhere. */
  isSubject(vertex: number): boolean {
    return this.#vertices.isUsed(vertex) && this.membershipCount(vertex) > 0;
  }

  /** Adds the sets of an object that have members or are members to a list. */
  setsOf(object: number, into: number[]): void {
    this.#vertices.collect(object, this.names.size, into);
  }

  findObject(namespace: number, object: string): number {
    const number = this.#namespaces.find(namespace);
    return number === NONE ? NONE : this.#entities.find(number, object);
  }

  namespaceOf(object: number): number {
    return this.#namespaces.nameOf(this.#entities.namespaceOf(object));
  }

  objectName(object: number): string {
    return this.#entities.nameOf(object);
  }

  keyOf(object: number, part: number): number {
    return this.#entities.keyOf(object, part);
  }

  /** The vertex of a set that has members or is a member. */
  findSet(object: number, relation: number): number {
    return object === NONE || relation === NONE ? NONE : this.#vertices.find(object, relation);
  }

  findId(id: string): number {
    const entity = this.#entities.find(NO_NAMESPACE, id);
    return entity === NONE ? NONE : this.#vertices.find(entity, NONE);
  }

  findSubject(subject: Subject): number {
    if (subject.kind === 'id') return this.findId(subject.id);
    return this.#findNamedSet(subject.namespace, subject.object, subject.relation);
  }

  /** Whether the vertex is a set and not a subject id. */
  isSet(vertex: number): boolean {
    return this.#vertices.isSet(vertex);
  }

  /** The object of a set. */
  objectOf(set: number): number {
    return this.#vertices.entityOf(set);
  }

  /** The relation of a set; `NONE` for a subject id. */
  relationOf(vertex: number): number {
    return this.#vertices.relationOf(vertex);
  }

  idName(id: number): string {
    return this.#entities.nameOf(this.#vertices.entityOf(id));
  }

  /** Whether the subject is stored in the set itself. */
  isMember(set: number, subject: number): boolean {
    return this.#edges.find(set, subject) !== NONE;
  }

  memberCount(set: number): number {
    return this.#edges.members.count(set);
  }

  /** How many of the members are subject sets; they come first. */
  subjectSetCount(set: number): number {
    return this.#edges.members.countInFront(set);
  }

  /** A cursor on the first member of a set: `subjectOf` tells it. */
  firstMember(set: number): number {
    return this.#edges.members.first(set);
  }

  nextMember(cursor: number): number {
    return this.#edges.members.after(cursor);
  }

  /** A cursor on the first of the subject sets among the members. */
  firstSubjectSet(set: number): number {
    return this.#ifSubjectSet(this.#edges.members.first(set));
  }

  nextSubjectSet(cursor: number): number {
    return this.#ifSubjectSet(this.#edges.members.after(cursor));
  }

  /** In how many sets a subject is stored. */
  membershipCount(subject: number): number {
    return this.#edges.memberships.count(subject);
  }

  /** A cursor on the first of the sets that a subject is stored in: `setOf` tells it. */
  firstMembership(subject: number): number {
    return this.#edges.memberships.first(subject);
  }

  nextMembership(cursor: number): number {
    return this.#edges.memberships.after(cursor);
  }

  subjectOf(cursor: number): number {
    return this.#edges.subjectOf(cursor);
  }

  setOf(cursor: number): number {
    return this.#edges.setOf(cursor);
  }

  /** The tuple at a cursor. */
  tupleAt(cursor: number): RelationTuple {
    return { ...this.#setNames(this.setOf(cursor)), subject: this.subject(this.subjectOf(cursor)) };
  }

  /** The subject that a vertex stands for. */
  subject(vertex: number): Subject {
    return this.isSet(vertex) ? { kind: 'set', ...this.#setNames(vertex) } : { kind: 'id', id: this.idName(vertex) };
  }

  #at(namespace: string): { readonly tuples: number; readonly bytes: number } | undefined {
    const number = this.#namespaces.find(this.findName(namespace));
    return number === NONE ? undefined : this.#namespaces.at(number);
  }

  #ifSubjectSet(cursor: number): number {
    return cursor !== NONE && this.isSet(this.subjectOf(cursor)) ? cursor : NONE;
  }

  #findTuple({ namespace, object, relation, subject }: RelationTuple): number {
    const set = this.#findNamedSet(namespace, object, relation);
    const member = set === NONE ? NONE : this.findSubject(subject);
    return member === NONE ? NONE : this.#edges.find(set, member);
  }

  #findNamedSet(namespace: string, object: string, relation: string): number {
    return this.findSet(this.findObject(this.findName(namespace), object), this.findName(relation));
  }

  /** Tuples that are read from a store, or written in bulk, mostly come set by set. */
  #internSetOf({ namespace, object, relation }: RelationTuple): number {
    const before = this.#before;
    if (before?.object === object && before.relation === relation && before.namespace === namespace) return before.set;
    const set = this.#internSet(namespace, object, relation);
    this.#before = { namespace, object, relation, set };
    return set;
  }

  #internSubject(subject: Subject): number {
    if (subject.kind === 'set') return this.#internSet(subject.namespace, subject.object, subject.relation);
    return this.#internVertex(NO_NAMESPACE, subject.id, NONE);
  }

  #internSet(namespace: string, object: string, relation: string): number {
    const number = this.#namespaces.intern(this.names.intern(namespace), MAX_NAMESPACES);
    return this.#internVertex(number, object, this.names.intern(relation));
  }

  /** Adds what is missing; an edge has to follow at once, as a vertex lives while it has edges. */
  #internVertex(namespace: number, name: string, relation: number): number {
    const entity = this.#entities.intern(namespace, name);
    const found = this.#vertices.find(entity, relation);
    if (found !== NONE) return found;
    const vertex = this.#vertices.add(entity, relation);
    this.nameUses.count(relation, 1);
    this.#namespaces.at(namespace).bytes += this.#vertexBytes(vertex);
    return vertex;
  }

  #deleteEdge(edge: number, tuple: RelationTuple): void {
    const set = this.setOf(edge);
    const subject = this.subjectOf(edge);
    this.#count(set, -1);
    this.#edges.remove(edge);
    addTupleChecksum(this.checksum, tuple, -1);
    this.#removeIfUnused(set);
    if (subject !== set) this.#removeIfUnused(subject);
    this.#entities.compact(COMPACTED_NAMES);
  }

  #removeIfUnused(vertex: number): void {
    if (this.#vertices.hasEdges(vertex)) return;
    this.#before = undefined;
    const namespace = this.#entities.namespaceOf(this.#vertices.entityOf(vertex));
    this.#namespaces.at(namespace).bytes -= this.#vertexBytes(vertex);
    this.nameUses.count(this.#vertices.relationOf(vertex), -1);
    this.#vertices.remove(vertex);
  }

  #count(set: number, sign: 1 | -1): void {
    const namespace = this.#namespaces.at(this.#entities.namespaceOf(this.objectOf(set)));
    namespace.tuples += sign;
    namespace.bytes += sign * TUPLE_BYTES;
  }

  /** What a vertex takes: the only one of an entity brings the entity. */
  #vertexBytes(vertex: number): number {
    if (!this.#vertices.isOnly(vertex)) return VERTEX_BYTES;
    return VERTEX_BYTES + ENTITY_BYTES + this.#entities.nameSize(this.#vertices.entityOf(vertex));
  }

  #setNames(set: number): { namespace: string; object: string; relation: string } {
    const object = this.objectOf(set);
    return {
      namespace: this.names.name(this.namespaceOf(object)),
      object: this.objectName(object),
      relation: this.names.name(this.relationOf(set)),
    };
  }
}

/** In place of the namespace of a subject id. */
const NO_NAMESPACE = 0;

/** Each change moves a few names: more than it can make sparse, so that dead space stays bounded without anybody's care. */
const COMPACTED_NAMES = 4;
