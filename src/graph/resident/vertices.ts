import { HashChains } from './hash-chains.ts';
import { mixPair } from './mix-pair.ts';
import { NONE } from './none.ts';
import { Records } from './records.ts';

/** The vertices: sets (an object with a relation) and subject ids (an entity with `NONE` for a relation). */
export class Vertices {
  /** Their records, in which the lists of edges keep their heads in `MEMBERS` and `MEMBERSHIPS`. */
  readonly records: Records = new Records(WIDTH);
  readonly #seed: number;
  readonly #index: HashChains;

  constructor(seed: number) {
    this.#seed = seed;
    this.#index = new HashChains({ records: this.records, next: NEXT, hashed: this });
  }

  get end(): number {
    return this.records.end;
  }

  get byteSize(): number {
    return this.records.byteSize + this.#index.byteSize;
  }

  get usedByteSize(): number {
    return this.records.usedByteSize + this.#index.byteSize;
  }

  find(entity: number, relation: number): number {
    let vertex = this.#index.first(mixPair(entity, relation, this.#seed));
    while (vertex !== NONE && !this.#is(vertex, entity, relation)) vertex = this.#index.after(vertex);
    return vertex;
  }

  /** Adds a vertex that is not there yet, without edges. */
  add(entity: number, relation: number): number {
    const vertex = this.records.allocate();
    this.records.set(vertex, ENTITY, entity);
    this.records.set(vertex, RELATION, relation);
    this.records.set(vertex, MEMBERS, NONE);
    this.records.set(vertex, MEMBERSHIPS, NONE);
    this.#index.add(mixPair(entity, relation, this.#seed), vertex);
    return vertex;
  }

  remove(vertex: number): void {
    this.#index.remove(this.hashOf(vertex), vertex);
    this.records.release(vertex);
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

  hashOf(vertex: number): number {
    return mixPair(this.entityOf(vertex), this.relationOf(vertex), this.#seed);
  }

  #is(vertex: number, entity: number, relation: number): boolean {
    return this.records.get(vertex, ENTITY) === entity && this.records.get(vertex, RELATION) === relation;
  }
}

/** The fields of a vertex; the first is never negative. */
const ENTITY = 0;
const RELATION = 1;
export const MEMBERS = 2;
export const MEMBERSHIPS = 3;
const NEXT = 4;
const WIDTH = 5;
