/** What may be in a list, by numbers from 0 on, in no certain order. */
export interface Candidates<T> {
  /** Of each whether it is in the list, as far as it is known: `UNDECIDED`, `MEMBER` or `NOT_MEMBER`. */
  readonly memberships: Uint8Array;
  /** The key of a part of its text (`nameKey`). */
  keyOf(candidate: number, part: number): number;
  valueOf(candidate: number): T;
}

export const UNDECIDED = 0;
export const MEMBER = 1;
export const NOT_MEMBER = 2;
