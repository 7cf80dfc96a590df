import { SthenoError } from '../../errors.ts';
import type { RelationTuple, TupleDelta } from '../../tuple/relation-tuple.ts';
import type { PagePosition } from '../tuple-reader.ts';
import { compareStored } from './compare-stored.ts';
import { TUPLE_COLUMNS } from './schema.ts';
import { type StoredTuple, toStoredTuple } from './stored-tuple.ts';
import type { TupleFilter } from './tuple-filter.ts';

/** How many tuples are remembered at most: some hundred bytes each. */
const MAX_TUPLES = 200_000;

/** What a tuple was before the changes. */
interface Before {
  readonly stored: StoredTuple;
  readonly tuple: RelationTuple;
  readonly wasStored: boolean;
}

/** Makes pages of a changing store into pages of the revision before the changes. Pages are restored in order. */
export class UndoList {
  readonly #filter: TupleFilter;
  readonly #maxTuples: number;
  /** Of the tuples that are still to come, in the order of listings. */
  #pending: Before[] = [];
  #position: PagePosition | undefined;

  /** The filter is that of the pages. */
  constructor({ filter, maxTuples = MAX_TUPLES }: { filter: TupleFilter; maxTuples?: number }) {
    this.#filter = filter;
    this.#maxTuples = maxTuples;
  }

  /** Notes changes, in their order. @throws SthenoError `aborted` when they are too many */
  add(deltas: readonly TupleDelta[]): void {
    for (const { action, tuple } of deltas) {
      const stored = toStoredTuple(tuple);
      if (!this.#isToCome(stored)) continue;
      const index = this.#indexOf(stored);
      const known = this.#pending[index];
      // The first change tells what was there before: a change in the log really changed something.
      if (known !== undefined && compareStored(known.stored, stored) === 0) continue;
      this.#pending.splice(index, 0, { stored, tuple, wasStored: action === 'delete' });
    }
    if (this.#pending.length > this.#maxTuples) {
      throw new SthenoError('aborted', { message: `more than ${this.#maxTuples} tuples changed during the export` });
    }
  }

  /** The tuples as they were between the page before and `next`, or the end. The changes that the page has are noted. */
  restore(tuples: readonly RelationTuple[], next: PagePosition | undefined): readonly RelationTuple[] {
    this.#position = next;
    const end = next === undefined ? this.#pending.length : this.#indexBehind(next);
    const changed = this.#pending.splice(0, end);
    if (changed.length === 0) return tuples;
    const restored: Before[] = changed.filter(({ wasStored }) => wasStored);
    for (const tuple of tuples) {
      const stored = toStoredTuple(tuple);
      if (!has(changed, stored)) restored.push({ stored, tuple, wasStored: true });
    }
    return restored.sort((a, b) => compareStored(a.stored, b.stored)).map(({ tuple }) => tuple);
  }

  #isToCome(stored: StoredTuple): boolean {
    if (this.#position !== undefined && compareStored(stored, this.#position) <= 0) return false;
    return TUPLE_COLUMNS.every((column, index) => (this.#filter.get(column) ?? stored[index]) === stored[index]);
  }

  #indexOf(stored: PagePosition): number {
    return firstIndex(this.#pending, (before) => compareStored(before.stored, stored) >= 0);
  }

  #indexBehind(stored: PagePosition): number {
    return firstIndex(this.#pending, (before) => compareStored(before.stored, stored) > 0);
  }
}

function has(sorted: readonly Before[], stored: StoredTuple): boolean {
  const found = sorted[firstIndex(sorted, (before) => compareStored(before.stored, stored) >= 0)];
  return found !== undefined && compareStored(found.stored, stored) === 0;
}

/** The index of the first element for which `isBehind` holds, as it does for all further ones. */
function firstIndex<T>(sorted: readonly T[], isBehind: (element: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBehind(sorted[middle] as T))
      high = middle; // below the length
    else low = middle + 1;
  }
  return low;
}
