import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';

/** Knows the hashes that stored records were added with. */
export interface HashedRecords {
  /** Whether a bit, a power of two, is set in the record's hash. */
  hashHas(record: number, bit: number): boolean;
}

/**
 * A hash table over records, by linear hashing (Litwin 1980): it grows by splitting one bucket
 * at a time, so that no insertion pays for all the others. A bucket is a list through a field
 * of the records themselves.
 */
export class HashChains {
  readonly #records: Records;
  readonly #next: number;
  readonly #hashed: HashedRecords;
  readonly #heads: Records;
  /** Buckets are 0 … mask, of which those below `split` are split already, into themselves and 1 + mask further on. */
  #mask = 0;
  #split = 0;
  #count = 0;

  /** @param parts.next the field of the records that links a bucket's records */
  constructor(parts: { records: Records; next: number; hashed: HashedRecords; image?: HashChainsImage | undefined }) {
    const { image } = parts;
    this.#records = parts.records;
    this.#next = parts.next;
    this.#hashed = parts.hashed;
    this.#heads = new Records(1, image?.heads);
    if (image === undefined) {
      this.#addBucket();
    } else {
      this.#mask = image.mask;
      this.#split = image.split;
      this.#count = image.count;
    }
  }

  /** What it holds beside the records, for another thread; it is not to be used any more. */
  image(): HashChainsImage {
    return { heads: this.#heads.image(), mask: this.#mask, split: this.#split, count: this.#count };
  }

  get byteSize(): number {
    return this.#heads.byteSize;
  }

  /** The records' share of it: one bucket each. */
  get usedByteSize(): number {
    return this.#count * Int32Array.BYTES_PER_ELEMENT;
  }

  /** The first record that may have this hash. */
  first(hash: number): number {
    return this.#heads.get(this.#bucketOf(hash), 0);
  }

  /** The record to look at after this one. */
  after(record: number): number {
    return this.#records.get(record, this.#next);
  }

  /** Adds a record that is not there yet. There are as many buckets as records: 4 bytes each, and short lists. */
  add(hash: number, record: number): void {
    this.#push(this.#bucketOf(hash), record);
    this.#count++;
    if (this.#count > this.#heads.count) this.#splitBucket();
  }

  /** Makes room for so many records in all, so that adding them moves none. To be called before the first is added. */
  reserve(records: number): void {
    while (this.#heads.count < records) this.#splitBucket();
  }

  /** Removes a record that is there. */
  remove(hash: number, record: number): void {
    const bucket = this.#bucketOf(hash);
    const after = this.after(record);
    let at = this.#heads.get(bucket, 0);
    if (at === record) {
      this.#heads.set(bucket, 0, after);
    } else {
      for (let next = this.after(at); next !== record; next = this.after(at)) at = next;
      this.#records.set(at, this.#next, after);
    }
    this.#count--;
  }

  #bucketOf(hash: number): number {
    const bucket = hash & this.#mask;
    return bucket < this.#split ? hash & (this.#mask * 2 + 1) : bucket;
  }

  #push(bucket: number, record: number): void {
    this.#records.set(record, this.#next, this.#heads.get(bucket, 0));
    this.#heads.set(bucket, 0, record);
  }

  /** The records of the bucket have the same lower bits; the next bit tells who goes to the new one. */
  #splitBucket(): void {
    const bucket = this.#split;
    const bit = this.#mask + 1;
    this.#addBucket();
    let record = this.#heads.get(bucket, 0);
    this.#heads.set(bucket, 0, NONE);
    while (record !== NONE) {
      const after = this.after(record);
      this.#push(this.#hashed.hashHas(record, bit) ? bucket + bit : bucket, record);
      record = after;
    }
    this.#split++;
    if (this.#split < bit) return;
    this.#mask = this.#mask * 2 + 1;
    this.#split = 0;
  }

  #addBucket(): void {
    this.#heads.set(this.#heads.allocate(), 0, NONE);
  }
}

/** A hash table on its way from one thread to another. */
export interface HashChainsImage {
  readonly heads: RecordsImage;
  readonly mask: number;
  readonly split: number;
  readonly count: number;
}
