/**
 * The stored tuples, as looking for candidates sees them. Objects (with their namespace), namespaces and relations are
 * numbers that the source shares with the rules. One list is open at a time; `next` goes on in it.
 *
 * A list that cannot be opened is loaded by whoever has the source before it is asked for again.
 */
export interface CandidateSource {
  namespaceOf(object: number): number;
  /** Goes to the next row of the open list; false at its end. */
  next(): boolean;
  /**
   * Whether the subject is stored in a set, of a relation that is no permit: that of the question for who looks for
   * objects, that of the row for who looks for subjects. Undefined when this takes more than a look, as where subject sets
   * are stored in the set too.
   */
  lookUp(object: number, relation: number): boolean | undefined;
}

/** Where subjects are stored: for who looks for objects. The rows of its lists are sets. */
export interface HolderSource extends CandidateSource {
  /** Opens the list of the sets that the subject of the question is stored in. */
  openSubjectHolders(): boolean;
  /** Opens the list of the sets that a set is stored in. */
  openHolders(object: number, relation: number): boolean;
  /** Opens the list of the sets that any set of the object is stored in, once for each of these. */
  openObjectHolders(object: number): boolean;
  /** Whether sets of the relation may be stored as subjects. */
  mayBeStored(relation: number): boolean;
  /** Of the row. */
  readonly object: number;
  readonly relation: number;
  /** Whether the row's set may be stored as a subject itself. */
  readonly isStored: boolean;
}

/** What is stored in sets: for who looks for subjects. The rows of its lists are subjects. */
export interface MemberSource extends CandidateSource {
  /** Opens the list of what is stored in a set. */
  openMembers(object: number, relation: number): boolean;
  /** Opens the list of the subject sets among it. */
  openSubjectSets(object: number, relation: number): boolean;
  /** A number of the row's subject. */
  readonly subject: number;
  /** Of the row's subject, if it is a set. */
  readonly isSet: boolean;
  readonly object: number;
  readonly relation: number;
}

/** `'paused'` after some steps; `'unloaded'` when nothing is left to do without the lists that could not be opened. */
export type Interruption = 'paused' | 'unloaded';

/** Steps between two interruptions: well below a millisecond. */
export const SLICE_STEPS = 2000;
