import { NONE } from './none.ts';
import { equalsText, hashOfStored, readText, sizeOfText, storedSize, writeText } from './stored-text.ts';
import type { TextHash } from './text-hash.ts';

/** Whoever keeps the addresses of texts. */
export interface TextOwner {
  /** Who uses the text at the address; `NONE` when it was removed. */
  ownerAt(address: number): number;
  moveText(owner: number, address: number): void;
}

/**
 * Strings in chunks of bytes, each at an address. New ones are appended to the open chunk;
 * space of removed ones comes back when the whole chunk is empty, and `compact` empties chunks
 * that are mostly dead by appending what lives to the open one. So fragmentation is bounded
 * whatever lengths come and go.
 */
export class TextArena {
  readonly #chunks: (Chunk | undefined)[] = [];
  readonly #vacant: number[] = [];
  /** Chunks that became sparse, and may be gone or filled anew by now. */
  readonly #sparse: number[] = [];
  #open = NONE;
  #emptying = NONE;
  #emptyingAt = 0;
  #byteSize = 0;
  #usedByteSize = 0;

  /** What is allocated. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** What the texts take of it. */
  get usedByteSize(): number {
    return this.#usedByteSize;
  }

  /** Stores the text and answers its address. @throws RangeError when 4 GiB of texts are stored */
  add(text: string): number {
    const size = sizeOfText(text);
    const address = this.#place(size);
    writeText(this.#chunkOf(address).bytes, offsetOf(address), text);
    return address;
  }

  remove(address: number): void {
    this.#leave(address >> OFFSET_BITS, this.sizeAt(address));
  }

  sizeAt(address: number): number {
    return storedSize(this.#chunkOf(address).bytes, offsetOf(address));
  }

  textAt(address: number): string {
    return readText(this.#chunkOf(address).bytes, offsetOf(address));
  }

  isAt(address: number, text: string): boolean {
    return equalsText(this.#chunkOf(address).bytes, offsetOf(address), text);
  }

  hashAt(address: number, hash: TextHash): number {
    return hashOfStored(this.#chunkOf(address).bytes, offsetOf(address), hash);
  }

  /** Moves at most so many texts out of sparse chunks; true when there is none left. */
  compact(maxTexts: number, owner: TextOwner): boolean {
    for (let left = maxTexts; this.#findSparse(); left--) {
      if (left <= 0) return false;
      this.#moveNext(owner);
    }
    return true;
  }

  #moveNext(owner: TextOwner): void {
    const from = this.#emptying;
    const { bytes, used } = this.#chunks[from] as Chunk; // a chunk that is dropped is no longer being emptied
    if (this.#emptyingAt >= used) throw new Error('BUG: a text in the arena has no owner');
    const at = this.#emptyingAt;
    const size = storedSize(bytes, at);
    this.#emptyingAt += size;
    const whose = owner.ownerAt(addressOf(from, at));
    if (whose === NONE) return;
    const address = this.#place(size);
    bytes.copy(this.#chunkOf(address).bytes, offsetOf(address), at, at + size);
    owner.moveText(whose, address);
    this.#leave(from, size);
  }

  #findSparse(): boolean {
    while (this.#emptying === NONE) {
      const number = this.#sparse.pop();
      if (number === undefined) return false;
      if (number === this.#open || !isSparse(this.#chunks[number])) continue;
      this.#emptying = number;
      this.#emptyingAt = 0;
    }
    return true;
  }

  /** Room for a text; it counts as used from now on. */
  #place(size: number): number {
    if (size > CHUNK_BYTES) return this.#take(this.#addChunk(size), size);
    const open = this.#chunks[this.#open];
    if (open === undefined || open.used + size > open.bytes.length) this.#openChunk(size);
    return this.#take(this.#open, size);
  }

  #take(number: number, size: number): number {
    const chunk = this.#chunks[number] as Chunk; // the caller has just looked it up or made it
    const address = addressOf(number, chunk.used);
    chunk.used += size;
    chunk.live += size;
    this.#usedByteSize += size;
    return address;
  }

  #leave(number: number, size: number): void {
    const chunk = this.#chunks[number] as Chunk; // a text's chunk is there
    const wasSparse = isSparse(chunk);
    chunk.live -= size;
    this.#usedByteSize -= size;
    if (number === this.#open) {
      if (chunk.live === 0) chunk.used = 0;
    } else if (chunk.live === 0) {
      this.#dropChunk(number);
    } else if (!wasSparse && isSparse(chunk)) {
      this.#sparse.push(number);
    }
  }

  #openChunk(size: number): void {
    const closed = this.#open;
    // A small graph has small chunks.
    this.#open = this.#addChunk(Math.max(size, Math.min(CHUNK_BYTES, Math.max(FIRST_BYTES, this.#byteSize))));
    if (isSparse(this.#chunks[closed])) this.#sparse.push(closed);
  }

  #addChunk(size: number): number {
    const number = this.#vacant.pop() ?? this.#chunks.length;
    if (number === MAX_CHUNKS) throw new RangeError('a graph has at most 4 GiB of names');
    this.#chunks[number] = { bytes: Buffer.alloc(size), used: 0, live: 0 };
    this.#byteSize += size;
    return number;
  }

  #dropChunk(number: number): void {
    this.#byteSize -= (this.#chunks[number] as Chunk).bytes.length; // the caller has just looked it up
    this.#chunks[number] = undefined;
    this.#vacant.push(number);
    if (number === this.#emptying) this.#emptying = NONE;
  }

  #chunkOf(address: number): Chunk {
    return this.#chunks[address >> OFFSET_BITS] as Chunk; // addresses are given out by this class alone
  }
}

interface Chunk {
  readonly bytes: Buffer;
  /** Where the next text goes. */
  used: number;
  /** The bytes of texts that were not removed. */
  live: number;
}

/** An address is the number of a chunk and an offset in units of two bytes, together 31 bits. */
const OFFSET_BITS = 16;
const CHUNK_BYTES = 2 ** OFFSET_BITS * 2;
const MAX_CHUNKS = 2 ** (31 - OFFSET_BITS);
const FIRST_BYTES = 1024;

function addressOf(chunk: number, byte: number): number {
  return (chunk << OFFSET_BITS) | (byte >> 1);
}

function offsetOf(address: number): number {
  return (address & (2 ** OFFSET_BITS - 1)) << 1;
}

/** More than a third is dead: emptying it moves at most two bytes for each that it wins. */
function isSparse(chunk: Chunk | undefined): boolean {
  return chunk !== undefined && chunk.live * 3 < chunk.bytes.length * 2;
}
