import { NONE } from './none.ts';

/**
 * Numbered records of the same few 32-bit integers, in chunks: growing allocates one chunk and
 * copies nothing, so there is no pause, and a million records are a hundred objects for the
 * garbage collector. Numbers of released records are given out again.
 *
 * Invariant: field 0 of a record in use is not negative; in released ones it links the free list.
 */
export class Records {
  readonly #width: number;
  readonly #chunks: Int32Array[];
  #end = 0;
  #count = 0;
  #free = NONE;
  #byteSize = 0;

  /** @param width the number of fields of a record */
  constructor(width: number, image?: RecordsImage) {
    this.#width = width;
    this.#chunks = [...(image?.chunks ?? [])];
    if (image === undefined) return;
    this.#end = image.end;
    this.#count = image.count;
    this.#free = image.free;
    this.#byteSize = image.byteSize;
  }

  /** What it holds, for another thread. The chunks are its own, so it is not to be used any more. */
  image(): RecordsImage {
    return {
      chunks: this.#chunks,
      end: this.#end,
      count: this.#count,
      free: this.#free,
      byteSize: this.#byteSize,
    };
  }

  /** One more than the highest number ever given out. */
  get end(): number {
    return this.#end;
  }

  /** How many records are in use. */
  get count(): number {
    return this.#count;
  }

  /** What is allocated. */
  get byteSize(): number {
    return this.#byteSize;
  }

  /** What the records in use take of it. */
  get usedByteSize(): number {
    return this.#count * this.#width * Int32Array.BYTES_PER_ELEMENT;
  }

  get(record: number, field: number): number {
    const chunk = this.#chunks[record >> CHUNK_BITS] as Int32Array; // records are numbered by this class alone
    return chunk[(record & CHUNK_MASK) * this.#width + field] as number; // as above
  }

  set(record: number, field: number, value: number): void {
    const chunk = this.#chunks[record >> CHUNK_BITS] as Int32Array; // as above
    chunk[(record & CHUNK_MASK) * this.#width + field] = value;
  }

  /** A record in use; the caller sets its fields. */
  allocate(): number {
    this.#count++;
    const record = this.#free;
    if (record !== NONE) {
      this.#free = -2 - this.get(record, 0);
      return record;
    }
    if (this.#end === MAX_RECORDS) throw new RangeError(`a graph has at most ${MAX_RECORDS} records of a kind`);
    const chunk = this.#chunks[this.#end >> CHUNK_BITS];
    if (chunk === undefined || (this.#end & CHUNK_MASK) * this.#width === chunk.length) this.#grow(chunk);
    return this.#end++;
  }

  release(record: number): void {
    this.set(record, 0, -2 - this.#free);
    this.#free = record;
    this.#count--;
  }

  /** Whether the number, below `end`, is that of a record in use. */
  isUsed(record: number): boolean {
    return this.get(record, 0) >= 0;
  }

  /** A first chunk starts small, for a small graph, and doubles until it has the size that all later ones have. */
  #grow(full: Int32Array | undefined): void {
    if (full === undefined) {
      this.#chunks.push(new Int32Array((this.#end === 0 ? FIRST_RECORDS : CHUNK_RECORDS) * this.#width));
    } else {
      this.#chunks[0] = new Int32Array(full.length * 2);
      this.#chunks[0].set(full);
      this.#byteSize -= full.byteLength;
    }
    this.#byteSize += this.#chunks.at(-1)?.byteLength ?? 0;
  }
}

/** Records on their way from one thread to another. */
export interface RecordsImage {
  readonly chunks: readonly Int32Array[];
  readonly end: number;
  readonly count: number;
  readonly free: number;
  readonly byteSize: number;
}

/** Chunks of a hundred kilobytes or two: allocated in microseconds, and at most so much is unused at the end. */
const CHUNK_BITS = 13;
const CHUNK_RECORDS = 2 ** CHUNK_BITS;
const CHUNK_MASK = CHUNK_RECORDS - 1;
const FIRST_RECORDS = 16;

/** Numbers are 32-bit integers, of which the free list needs the negative ones, and edges one bit. */
const MAX_RECORDS = 2 ** 30;
