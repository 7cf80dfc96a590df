import { type Candidates, MEMBER, UNDECIDED } from './candidates.ts';

/** Something that may be in a list. */
export interface Found<T> {
  readonly value: T;
  /** Whether it is known that a check says yes. */
  readonly isMember: boolean;
}

/** What was found in a database. */
export class StoredCandidates<T> implements Candidates<T> {
  readonly memberships: Uint8Array;
  readonly #found: readonly Found<T>[];
  readonly #keyOf: (value: T, part: number) => number;

  constructor(found: readonly Found<T>[], keyOf: (value: T, part: number) => number) {
    this.memberships = Uint8Array.from(found, ({ isMember }) => (isMember ? MEMBER : UNDECIDED));
    this.#found = found;
    this.#keyOf = keyOf;
  }

  keyOf(candidate: number, part: number): number {
    return this.#keyOf(this.valueOf(candidate), part);
  }

  valueOf(candidate: number): T {
    return (this.#found[candidate] as Found<T>).value; // candidates are numbered by their places
  }
}
