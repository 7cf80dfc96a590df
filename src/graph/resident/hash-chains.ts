import { NONE } from './none.ts';
import { Records } from './records.ts';

/** Answers the hash of a stored record, the one it was added with. */
export interface HashedRecords {
  hashOf(record: number): number;
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
  readonly #heads = new Records(1);
  /** Buckets are 0 … mask, of which those below `split` are split already, into themselves and 1 + mask further on. */
  #mask = 0;
  #split = 0;
  #count = 0;

  /** @param parts.next the field of the records that links a bucket's records */
  constructor(parts: { records: Records; next: number; hashed: HashedRecords }) {
    this.#records = parts.records;
    this.#next = parts.next;
    this.#hashed = parts.hashed;
    this.#addBucket();
  }

  get byteSize(): number {
    return this.#heads.byteSize;
  }

  /** The first record that may have this hash. */
  first(hash: number): number {
    return this.#heads.get(this.#bucketOf(hash), 0);
  }

  /** The record to look at after this one. */
  after(record: number): number {
    return this.#records.get(record, this.#next);
  }

  /** Adds a record that is not there yet. */
  add(hash: number, record: number): void {
    this.#push(this.#bucketOf(hash), record);
    this.#count++;
    if (this.#count > this.#heads.count * RECORDS_PER_BUCKET) this.#splitBucket();
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

  #splitBucket(): void {
    const bucket = this.#split;
    this.#addBucket();
    this.#split++;
    if (this.#split > this.#mask) {
      this.#mask = this.#mask * 2 + 1;
      this.#split = 0;
    }
    let record = this.#heads.get(bucket, 0);
    this.#heads.set(bucket, 0, NONE);
    while (record !== NONE) {
      const after = this.after(record);
      this.#push(this.#bucketOf(this.#hashed.hashOf(record)), record);
      record = after;
    }
  }

  #addBucket(): void {
    this.#heads.set(this.#heads.allocate(), 0, NONE);
  }
}

/** A bucket more costs 4 bytes, a record more in a bucket costs about one access to memory. */
const RECORDS_PER_BUCKET = 2;
