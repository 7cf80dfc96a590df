import { EncodedText } from './encoded-text.ts';
import { HashChains, type HashChainsImage } from './hash-chains.ts';
import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';
import { TextArena, type TextArenaImage, type TextOwner } from './text-arena.ts';
import type { TextHash } from './text-hash.ts';

/**
 * What has a name of its own: an object (namespace and string) or a subject id (no namespace).
 * The string is stored once, for as long as the entity has a vertex.
 */
export class Entities implements TextOwner {
  readonly #records: Records;
  readonly #texts: TextArena;
  readonly #hash: TextHash;
  readonly #index: HashChains;
  /** The name that is looked for. */
  readonly #name = new EncodedText();

  constructor(hash: TextHash, image?: EntitiesImage) {
    this.#hash = hash;
    this.#records = new Records(WIDTH, image?.records);
    this.#texts = new TextArena(image?.texts);
    this.#index = new HashChains({ records: this.#records, next: NEXT, hashed: this, image: image?.index });
  }

  /** What it holds, for another thread; it is not to be used any more. */
  image(): EntitiesImage {
    return { records: this.#records.image(), texts: this.#texts.image(), index: this.#index.image() };
  }

  get end(): number {
    return this.#records.end;
  }

  get byteSize(): number {
    return this.#records.byteSize + this.#index.byteSize + this.#texts.byteSize;
  }

  get usedByteSize(): number {
    return this.#records.usedByteSize + this.#index.usedByteSize + this.#texts.usedByteSize;
  }

  /** @param namespace below `MAX_NAMESPACES` */
  find(namespace: number, name: string): number {
    const hash = this.#encode(name);
    return this.#find(hash, kindOf(namespace, hash));
  }

  /** Finds or adds it. One that was added has no vertex, and needs one at once. */
  intern(namespace: number, name: string): number {
    const hash = this.#encode(name);
    const kind = kindOf(namespace, hash);
    const found = this.#find(hash, kind);
    if (found !== NONE) return found;
    const text = this.#texts.add(this.#name);
    const entity = this.#records.allocate();
    this.#records.set(entity, TEXT, text);
    this.#records.set(entity, KIND, kind);
    this.#records.set(entity, VERTICES, NONE);
    this.#index.add(hash, entity);
    return entity;
  }

  remove(entity: number): void {
    this.#index.remove(this.#hashOf(entity), entity);
    this.#texts.remove(this.#records.get(entity, TEXT));
    this.#records.release(entity);
  }

  /** Whether the number, below `end`, is that of an entity. */
  isUsed(entity: number): boolean {
    return this.#records.isUsed(entity);
  }

  namespaceOf(entity: number): number {
    return this.#records.get(entity, KIND) >> TAG_BITS;
  }

  nameOf(entity: number): string {
    return this.#texts.textAt(this.#records.get(entity, TEXT));
  }

  /** The key of a part of the name (`nameKey`). */
  keyOf(entity: number, part: number): number {
    return this.#texts.keyAt(this.#records.get(entity, TEXT), part);
  }

  /** The bytes that the name takes. */
  nameSize(entity: number): number {
    return this.#texts.sizeAt(this.#records.get(entity, TEXT));
  }

  /** How its vertices are found, as `Vertices` keeps it; `NONE` when there is none. */
  verticesOf(entity: number): number {
    return this.#records.get(entity, VERTICES);
  }

  setVertices(entity: number, vertices: number): void {
    this.#records.set(entity, VERTICES, vertices);
  }

  hashHas(entity: number, bit: number): boolean {
    const tagBit = bit >>> TAG_SHIFT;
    const isInTag = tagBit !== 0 && tagBit <= TAG_MASK;
    return (isInTag ? this.#records.get(entity, KIND) & tagBit : this.#hashOf(entity) & bit) !== 0;
  }

  #hashOf(entity: number): number {
    return this.#texts.hashAt(this.#records.get(entity, TEXT), this.#hash);
  }

  ownerAt(address: number): number {
    let entity = this.#index.first(this.#texts.hashAt(address, this.#hash));
    while (entity !== NONE && this.#records.get(entity, TEXT) !== address) entity = this.#index.after(entity);
    return entity;
  }

  moveText(entity: number, address: number): void {
    this.#records.set(entity, TEXT, address);
  }

  /** Moves at most so many names together; true when there is nothing left to do. */
  compact(maxNames: number): boolean {
    return this.#texts.compact(maxNames, this);
  }

  /** Takes a name to look for, and answers its hash. */
  #encode(name: string): number {
    this.#name.encode(name);
    return this.#hash.of(this.#name.words, 0, this.#name.wordCount);
  }

  /** The hash is that of the name alone, so that an address is enough to tell whose text it is (`ownerAt`). */
  #find(hash: number, kind: number): number {
    let entity = this.#index.first(hash);
    while (entity !== NONE && !this.#is(entity, kind)) entity = this.#index.after(entity);
    return entity;
  }

  #is(entity: number, kind: number): boolean {
    return this.#records.get(entity, KIND) === kind && this.#texts.isAt(this.#records.get(entity, TEXT), this.#name);
  }
}

/** Entities on their way from one thread to another. */
export interface EntitiesImage {
  readonly records: RecordsImage;
  readonly texts: TextArenaImage;
  readonly index: HashChainsImage;
}

/** Namespaces are numbered from 0 to this, exclusively. */
export const MAX_NAMESPACES: number = 2 ** 19;

/** The fields of an entity; the first is never negative. */
const TEXT = 0;
/**
 * The namespace, and above all some bits of the hash: comparing them spares nearly every look
 * at another entity's name, and they are those that a large index asks for when it grows.
 */
const KIND = 1;
const VERTICES = 2;
const NEXT = 3;
const WIDTH = 4;

const TAG_BITS = 12;
const TAG_MASK = 2 ** TAG_BITS - 1;
/** Bits below are told from the name; an index that asks for them is small. */
const TAG_SHIFT = 14;

function kindOf(namespace: number, hash: number): number {
  return (namespace << TAG_BITS) | ((hash >>> TAG_SHIFT) & TAG_MASK);
}
