import type { Entities } from './entities.ts';
import { HashChains, type HashChainsImage } from './hash-chains.ts';
import { mixPair } from './mix-pair.ts';
import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';

/**
 * The vertices: sets (an object with a relation) and subject ids (an entity with `NONE` for a
 * relation). Those of one entity are in a list, as an object has but a few relations; from the
 * fifth on all of them are in a hash index instead, for as long as the entity lives.
 */
export class Vertices {
  /** Their records, in which the lists of edges keep their heads in `MEMBERS` and `MEMBERSHIPS`. */
  readonly records: Records;
  readonly #entities: Entities;
  readonly #seed: number;
  readonly #index: HashChains;

  constructor(entities: Entities, seed: number, image?: VerticesImage) {
    this.records = new Records(WIDTH, image?.records);
    this.#entities = entities;
    this.#seed = seed;
    this.#index = new HashChains({ records: this.records, next: NEXT, hashed: this, image: image?.index });
  }

  /** What it holds beside entities, for another thread; it is not to be used any more. */
  image(): VerticesImage {
    return { records: this.records.image(), index: this.#index.image() };
  }

  get end(): number {
    return this.records.end;
  }

  get byteSize(): number {
    return this.records.byteSize + this.#index.byteSize;
  }

  get usedByteSize(): number {
    return this.records.usedByteSize + this.#index.usedByteSize;
  }

  find(entity: number, relation: number): number {
    let vertex = this.#entities.verticesOf(entity);
    if (vertex < NONE) vertex = this.#index.first(mixPair(entity, relation, this.#seed));
    while (vertex !== NONE && !this.#is(vertex, entity, relation)) vertex = this.records.get(vertex, NEXT);
    return vertex;
  }

  /** Adds the vertices of an entity to a list. The relations of those that are in the index are below `relations`. */
  collect(entity: number, relations: number, into: number[]): void {
    const vertices = this.#entities.verticesOf(entity);
    if (vertices >= NONE) {
      for (let vertex = vertices; vertex !== NONE; vertex = this.records.get(vertex, NEXT)) into.push(vertex);
      return;
    }
    let left = NONE - vertices;
    for (let relation = NONE; left > 0 && relation < relations; relation++) {
      const vertex = this.find(entity, relation);
      if (vertex === NONE) continue;
      into.push(vertex);
      left--;
    }
  }

  /** Adds a vertex that is not there yet, without edges. */
  add(entity: number, relation: number): number {
    const vertex = this.records.allocate();
    this.records.set(vertex, ENTITY, entity);
    this.records.set(vertex, RELATION, relation);
    this.records.set(vertex, MEMBERS, NONE);
    this.records.set(vertex, MEMBERSHIPS, NONE);
    let vertices = this.#entities.verticesOf(entity);
    if (vertices >= 0 && this.#lengthFrom(vertices) === MAX_LISTED) vertices = this.#moveToIndex(vertices);
    if (vertices < NONE) {
      this.#index.add(this.#hashOf(vertex), vertex);
      this.#entities.setVertices(entity, vertices - 1);
    } else {
      this.records.set(vertex, NEXT, vertices);
      this.#entities.setVertices(entity, vertex);
    }
    return vertex;
  }

  /** Removes a vertex, and its entity with the last one. */
  remove(vertex: number): void {
    const entity = this.entityOf(vertex);
    const vertices = this.#entities.verticesOf(entity);
    const left = vertices < NONE ? this.#removeFromIndex(vertex, vertices) : this.#removeFromList(vertex, vertices);
    this.records.release(vertex);
    this.#entities.setVertices(entity, left);
    if (left === NONE) this.#entities.remove(entity);
  }

  /** Whether it is the only vertex of its entity. */
  isOnly(vertex: number): boolean {
    const vertices = this.#entities.verticesOf(this.entityOf(vertex));
    return vertices === INDEXED_ONE || (vertices === vertex && this.records.get(vertex, NEXT) === NONE);
  }

  /** Whether the number, below `end`, is that of a vertex. */
  isUsed(vertex: number): boolean {
    return this.records.isUsed(vertex);
  }

  entityOf(vertex: number): number {
    return this.records.get(vertex, ENTITY);
  }

  relationOf(vertex: number): number {
    return this.records.get(vertex, RELATION);
  }

  isSet(vertex: number): boolean {
    return this.relationOf(vertex) !== NONE;
  }

  hasEdges(vertex: number): boolean {
    return this.records.get(vertex, MEMBERS) !== NONE || this.records.get(vertex, MEMBERSHIPS) !== NONE;
  }

  hashHas(vertex: number, bit: number): boolean {
    return (this.#hashOf(vertex) & bit) !== 0;
  }

  #hashOf(vertex: number): number {
    return mixPair(this.entityOf(vertex), this.relationOf(vertex), this.#seed);
  }

  #is(vertex: number, entity: number, relation: number): boolean {
    return this.records.get(vertex, RELATION) === relation && this.records.get(vertex, ENTITY) === entity;
  }

  #lengthFrom(vertex: number): number {
    let length = 0;
    for (let at = vertex; at !== NONE; at = this.records.get(at, NEXT)) length++;
    return length;
  }

  #moveToIndex(first: number): number {
    let count = 0;
    for (let vertex = first; vertex !== NONE; count++) {
      const next = this.records.get(vertex, NEXT);
      this.#index.add(this.#hashOf(vertex), vertex);
      vertex = next;
    }
    return NONE - count;
  }

  #removeFromIndex(vertex: number, vertices: number): number {
    this.#index.remove(this.#hashOf(vertex), vertex);
    return vertices + 1;
  }

  #removeFromList(vertex: number, first: number): number {
    const next = this.records.get(vertex, NEXT);
    if (vertex === first) return next;
    let at = first;
    while (this.records.get(at, NEXT) !== vertex) at = this.records.get(at, NEXT);
    this.records.set(at, NEXT, next);
    return first;
  }
}

/** Vertices on their way from one thread to another. */
export interface VerticesImage {
  readonly records: RecordsImage;
  readonly index: HashChainsImage;
}

/** The fields of a vertex; the first is never negative. */
const ENTITY = 0;
const RELATION = 1;
export const MEMBERS = 2;
export const MEMBERSHIPS = 3;
/** The next vertex of the entity, or in the bucket of the index. */
const NEXT = 4;
const WIDTH = 5;

/** How an entity names its vertices: the first of the list, `NONE`, or `NONE` minus the number of those in the index. */
const MAX_LISTED = 4;
const INDEXED_ONE = NONE - 1;
