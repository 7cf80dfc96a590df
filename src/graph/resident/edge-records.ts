import { NONE } from './none.ts';
import { Records, type RecordsImage } from './records.ts';

/**
 * The records of edges, of two sorts: a lone edge, its set's only one, has no links to other
 * members of the set and is a third smaller. In most graphs most edges are lone.
 */
export class EdgeRecords {
  readonly #lone: Records;
  readonly #listed: Records;

  constructor(image?: EdgeRecordsImage) {
    this.#lone = new Records(LONE_WIDTH, image?.lone);
    this.#listed = new Records(LISTED_WIDTH, image?.listed);
  }

  /** What it holds, for another thread; it is not to be used any more. */
  image(): EdgeRecordsImage {
    return { lone: this.#lone.image(), listed: this.#listed.image() };
  }

  get count(): number {
    return this.#lone.count + this.#listed.count;
  }

  get byteSize(): number {
    return this.#lone.byteSize + this.#listed.byteSize;
  }

  get usedByteSize(): number {
    return this.#lone.usedByteSize + this.#listed.usedByteSize;
  }

  isLone(edge: number): boolean {
    return (edge & LISTED) === 0;
  }

  /** The links among members of a lone edge lead nowhere: they are `NONE`. */
  get(edge: number, field: number): number {
    if (!this.isLone(edge)) return this.#listed.get(edge >> 1, field);
    return field < LONE_WIDTH ? this.#lone.get(edge >> 1, field) : NONE;
  }

  /** Links among members of a lone edge are not kept. */
  set(edge: number, field: number, value: number): void {
    if (!this.isLone(edge)) this.#listed.set(edge >> 1, field, value);
    else if (field < LONE_WIDTH) this.#lone.set(edge >> 1, field, value);
  }

  allocateLone(): number {
    return this.#lone.allocate() << 1;
  }

  allocateListed(): number {
    return (this.#listed.allocate() << 1) | LISTED;
  }

  /** All edges that are not lone. */
  *listed(): Generator<number, void> {
    for (let record = 0; record < this.#listed.end; record++) {
      if (this.#listed.isUsed(record)) yield (record << 1) | LISTED;
    }
  }

  release(edge: number): void {
    (this.isLone(edge) ? this.#lone : this.#listed).release(edge >> 1);
  }
}

/** Edges on their way from one thread to another. */
export interface EdgeRecordsImage {
  readonly lone: RecordsImage;
  readonly listed: RecordsImage;
}

/** The fields of an edge; the first is never negative. */
export const SET = 0;
export const SUBJECT = 1;
export const PREVIOUS_MEMBERSHIP = 2;
export const NEXT_MEMBERSHIP = 3;
const LONE_WIDTH = 4;
export const PREVIOUS_MEMBER = 4;
export const NEXT_MEMBER = 5;
const LISTED_WIDTH = 6;

/** The lowest bit of an edge's number tells its sort. */
const LISTED = 1;
