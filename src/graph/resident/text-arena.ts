import { decodeText, type EncodedText, encodedKey, encodedWords } from './encoded-text.ts';
import { NONE } from './none.ts';
import type { TextHash } from './text-hash.ts';

/** Whoever keeps the addresses of texts. */
export interface TextOwner {
  /** Who uses the text at the address; `NONE` when it was removed. */
  ownerAt(address: number): number;
  moveText(owner: number, address: number): void;
}

/**
 * Encoded strings in chunks, each at an address. New ones are appended to the open chunk;
 * space of removed ones comes back when the whole chunk is empty, and `compact` empties chunks
 * that are mostly dead by appending what lives to the open one. So fragmentation is bounded
 * whatever lengths come and go.
 */
export class TextArena {
  readonly #chunks: (Chunk | undefined)[];
  readonly #vacant: number[];
  /** Chunks that became sparse, and may be gone or filled anew by now. */
  readonly #sparse: number[];
  #open: number;
  #emptying: number;
  #emptyingAt: number;
  #byteSize: number;
  #usedByteSize: number;

  constructor(image: TextArenaImage = EMPTY) {
    this.#chunks = image.chunks.map((chunk) => chunk && { ...chunk, bytes: Buffer.from(chunk.words.buffer) });
    this.#vacant = [...image.vacant];
    this.#sparse = [...image.sparse];
    this.#open = image.open;
    this.#emptying = image.emptying;
    this.#emptyingAt = image.emptyingAt;
    this.#byteSize = image.byteSize;
    this.#usedByteSize = image.usedByteSize;
  }

  /** What it holds, for another thread. The texts are its own, so it is not to be used any more. */
  image(): TextArenaImage {
    return {
      chunks: this.#chunks.map((chunk) => chunk && { words: chunk.words, used: chunk.used, live: chunk.live }),
      vacant: this.#vacant,
      sparse: this.#sparse,
      open: this.#open,
      emptying: this.#emptying,
      emptyingAt: this.#emptyingAt,
      byteSize: this.#byteSize,
      usedByteSize: this.#usedByteSize,
    };
  }

  /** What is allocated. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** What the texts take of it. */
  get usedByteSize(): number {
    return this.#usedByteSize;
  }

  /** Stores the text and answers its address. @throws RangeError when 8 GiB of texts are stored */
  add(text: EncodedText): number {
    const address = this.#place(text.wordCount);
    const { words } = this.#chunkOf(address);
    const start = offsetOf(address);
    for (let i = 0; i < text.wordCount; i++) words[start + i] = text.words[i] as number; // within the text's bounds
    return address;
  }

  remove(address: number): void {
    this.#leave(address >> OFFSET_BITS, this.#wordsAt(address));
  }

  /** In bytes. */
  sizeAt(address: number): number {
    return this.#wordsAt(address) * WORD;
  }

  textAt(address: number): string {
    return decodeText(this.#chunkOf(address).bytes, offsetOf(address) * WORD);
  }

  /** The key of a part of a text (`nameKey`). */
  keyAt(address: number, part: number): number {
    const { bytes } = this.#chunkOf(address);
    return encodedKey(bytes, offsetOf(address) * WORD, part);
  }

  isAt(address: number, text: EncodedText): boolean {
    const { words } = this.#chunkOf(address);
    const start = offsetOf(address);
    // The first word has the length, so no other text is longer or shorter than this one where all words are equal.
    for (let i = 0; i < text.wordCount; i++) if (words[start + i] !== text.words[i]) return false;
    return true;
  }

  hashAt(address: number, hash: TextHash): number {
    return hash.of(this.#chunkOf(address).words, offsetOf(address), this.#wordsAt(address));
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
    const { words, bytes, used } = this.#chunks[from] as Chunk; // a chunk that is dropped is no longer being emptied
    const start = this.#emptyingAt;
    if (start >= used) throw new Error('BUG: a text in the arena has no owner');
    const size = encodedWords(bytes, start * WORD);
    this.#emptyingAt += size;
    const whose = owner.ownerAt(addressOf(from, start));
    if (whose === NONE) return;
    const address = this.#place(size);
    this.#chunkOf(address).words.set(words.subarray(start, start + size), offsetOf(address));
    owner.moveText(whose, address);
    this.#leave(from, size);
  }

  #wordsAt(address: number): number {
    return encodedWords(this.#chunkOf(address).bytes, offsetOf(address) * WORD);
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
    if (size > CHUNK_WORDS) return this.#take(this.#addChunk(size), size);
    const open = this.#chunks[this.#open];
    if (open === undefined || open.used + size > open.words.length) this.#openChunk(size);
    return this.#take(this.#open, size);
  }

  #take(number: number, size: number): number {
    const chunk = this.#chunks[number] as Chunk; // the caller has just looked it up or made it
    const address = addressOf(number, chunk.used);
    chunk.used += size;
    chunk.live += size;
    this.#usedByteSize += size * WORD;
    return address;
  }

  #leave(number: number, size: number): void {
    const chunk = this.#chunks[number] as Chunk; // a text's chunk is there
    const wasSparse = isSparse(chunk);
    chunk.live -= size;
    this.#usedByteSize -= size * WORD;
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
    this.#open = this.#addChunk(Math.max(size, Math.min(CHUNK_WORDS, Math.max(FIRST_WORDS, this.#byteSize / WORD))));
    if (this.#chunks[closed]?.live === 0) this.#dropChunk(closed);
    else if (isSparse(this.#chunks[closed])) this.#sparse.push(closed);
  }

  #addChunk(size: number): number {
    const number = this.#vacant.pop() ?? this.#chunks.length;
    if (number === MAX_CHUNKS) throw new RangeError('a graph has at most 8 GiB of names');
    const words = new Int32Array(size);
    this.#chunks[number] = { words, bytes: Buffer.from(words.buffer), used: 0, live: 0 };
    this.#byteSize += size * WORD;
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

/** Texts on their way from one thread to another. */
export interface TextArenaImage {
  readonly chunks: readonly (ChunkImage | undefined)[];
  readonly vacant: readonly number[];
  readonly sparse: readonly number[];
  readonly open: number;
  readonly emptying: number;
  readonly emptyingAt: number;
  readonly byteSize: number;
  readonly usedByteSize: number;
}

const EMPTY: TextArenaImage = {
  chunks: [],
  vacant: [],
  sparse: [],
  open: NONE,
  emptying: NONE,
  emptyingAt: 0,
  byteSize: 0,
  usedByteSize: 0,
};

interface Chunk extends ChunkImage {
  /** The memory of the words. */
  readonly bytes: Buffer;
}

interface ChunkImage {
  readonly words: Int32Array<ArrayBuffer>;
  /** The word where the next text goes. */
  used: number;
  /** The words of texts that were not removed. */
  live: number;
}

const WORD = 4;
/** An address is the number of a chunk and an offset in words, together 31 bits. */
const OFFSET_BITS = 15;
const CHUNK_WORDS = 2 ** OFFSET_BITS;
const MAX_CHUNKS = 2 ** (31 - OFFSET_BITS);
const FIRST_WORDS = 256;

function addressOf(chunk: number, word: number): number {
  return (chunk << OFFSET_BITS) | word;
}

function offsetOf(address: number): number {
  return address & (CHUNK_WORDS - 1);
}

/** More than a third is dead: emptying it moves at most two words for each that it wins. */
function isSparse(chunk: Chunk | undefined): boolean {
  return chunk !== undefined && chunk.live * 3 < chunk.words.length * 2;
}
