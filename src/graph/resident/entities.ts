import { HashChains } from './hash-chains.ts';
import { NONE } from './none.ts';
import { Records } from './records.ts';
import { TextArena, type TextOwner } from './text-arena.ts';
import type { TextHash } from './text-hash.ts';

/**
 * What has a name of its own: an object (namespace and string) or a subject id (no namespace).
 * The string is stored once, for as long as somebody refers to the entity.
 */
export class Entities implements TextOwner {
  readonly #records = new Records(WIDTH);
  readonly #texts = new TextArena();
  readonly #hash: TextHash;
  readonly #index: HashChains;

  constructor(hash: TextHash) {
    this.#hash = hash;
    this.#index = new HashChains({ records: this.#records, next: NEXT, hashed: this });
  }

  get end(): number {
    return this.#records.end;
  }

  get byteSize(): number {
    return this.#records.byteSize + this.#index.byteSize + this.#texts.byteSize;
  }

  get usedByteSize(): number {
    return this.#records.usedByteSize + this.#index.byteSize + this.#texts.usedByteSize;
  }

  /** @param namespace its number; `NONE` for a subject id */
  find(namespace: number, name: string): number {
    return this.#find(this.#hash.ofText(name), namespace, name);
  }

  /** Finds or adds it. One that was added has to be retained at once. */
  intern(namespace: number, name: string): number {
    const hash = this.#hash.ofText(name);
    const found = this.#find(hash, namespace, name);
    if (found !== NONE) return found;
    const text = this.#texts.add(name);
    const entity = this.#records.allocate();
    this.#records.set(entity, TEXT, text);
    this.#records.set(entity, NAMESPACE, namespace);
    this.#records.set(entity, REFERENCES, 0);
    this.#index.add(hash, entity);
    return entity;
  }

  retain(entity: number): void {
    this.#records.set(entity, REFERENCES, this.#records.get(entity, REFERENCES) + 1);
  }

  /** Undoes one `retain`; true when it was the last and the entity is gone. */
  release(entity: number): boolean {
    const references = this.#records.get(entity, REFERENCES) - 1;
    this.#records.set(entity, REFERENCES, references);
    if (references > 0) return false;
    this.#index.remove(this.hashOf(entity), entity);
    this.#texts.remove(this.#records.get(entity, TEXT));
    this.#records.release(entity);
    return true;
  }

  /** Whether the number, below `end`, is that of an entity. */
  isUsed(entity: number): boolean {
    return this.#records.isUsed(entity);
  }

  references(entity: number): number {
    return this.#records.get(entity, REFERENCES);
  }

  namespaceOf(entity: number): number {
    return this.#records.get(entity, NAMESPACE);
  }

  nameOf(entity: number): string {
    return this.#texts.textAt(this.#records.get(entity, TEXT));
  }

  /** The bytes its name takes. */
  nameSize(entity: number): number {
    return this.#texts.sizeAt(this.#records.get(entity, TEXT));
  }

  hashOf(entity: number): number {
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

  /** The same name in several namespaces has one hash: an address alone then tells whose text it is (`ownerAt`). */
  #find(hash: number, namespace: number, name: string): number {
    let entity = this.#index.first(hash);
    while (entity !== NONE && !this.#is(entity, namespace, name)) entity = this.#index.after(entity);
    return entity;
  }

  #is(entity: number, namespace: number, name: string): boolean {
    return (
      this.#records.get(entity, NAMESPACE) === namespace && this.#texts.isAt(this.#records.get(entity, TEXT), name)
    );
  }
}

/** The fields of an entity; the first is never negative. */
const TEXT = 0;
const NAMESPACE = 1;
const REFERENCES = 2;
const NEXT = 3;
const WIDTH = 4;
