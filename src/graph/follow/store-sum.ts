import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES, isChecksum, parseChecksum } from '../../tuple/tuple-checksum.ts';
import { type ChecksumOffset, UNREADABLE } from './checksum-offset.ts';

/**
 * Compares the checksum of the whole store with a graph that may have a part of it only: what the tuples that are left
 * out add to it is taken from one checksum, and then followed.
 */
export class StoreSum {
  readonly #inGraph: Uint32Array;
  /** Of the tuples that are not in the graph; undefined until the next checksum tells. */
  #leftOut: Uint32Array | undefined = new Uint32Array(CHECKSUM_LANES);
  readonly #offset: ChecksumOffset;
  #isFollowing = false;
  #isFirst = true;
  /** Whether nothing is compared as long as what the store has for its checksum is none. */
  #isUnreadable = false;
  #pauses = 0;

  /** Of a graph that has no tuples yet. `inGraph` is its checksum, now and later. */
  constructor({ inGraph, offset }: { inGraph: Uint32Array; offset: ChecksumOffset }) {
    this.#inGraph = inGraph;
    this.#offset = offset;
  }

  /** The graph has what is stored: until then a tuple may be met twice, so that what is left out cannot be added up. */
  startFollowing(): void {
    this.#isFollowing = true;
  }

  /** A tuple that does not go into the graph was stored (1) or deleted (-1). */
  leaveOut(tuple: RelationTuple, sign: 1 | -1): void {
    if (!this.#isFollowing) this.#leftOut = undefined;
    else if (this.#leftOut !== undefined) addTupleChecksum(this.#leftOut, tuple, sign);
  }

  /** Every checksum is believed until the answer is called: the graph changes otherwise than the store does. */
  pause(): () => void {
    this.#pauses++;
    return () => {
      this.#pauses--;
      this.#leftOut = undefined;
    };
  }

  /** Whether this can be the checksum of the store. What the first one after a load is off by may be believed. */
  admits(checksum: string): boolean {
    if (this.#pauses > 0) return true;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (!isChecksum(checksum)) {
      if (isFirst) this.#isUnreadable = this.#offset.isConfirmed(UNREADABLE);
      return this.#isUnreadable;
    }
    const leftOut = parseChecksum(checksum).map((lane, index) => lane - (this.#inGraph[index] ?? 0));
    const known = this.#leftOut ?? leftOut;
    const offset = leftOut.map((lane, index) => lane - (known[index] ?? 0));
    const isRight = offset.every((lane) => lane === 0);
    this.#leftOut ??= leftOut;
    if (!isFirst) return isRight;
    if (isRight) this.#offset.clear();
    else this.#leftOut = leftOut;
    return isRight || this.#offset.isConfirmed(offset);
  }
}
