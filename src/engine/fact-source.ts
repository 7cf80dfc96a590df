/** The answer of a source that does not have the fact yet. It has noted the question and will have it next time. */
export const NOT_LOADED = -1;
/** The end of an open list. */
export const END = -1;
/** In a list of holders: a set of the subject's that is none of them. Going over many takes its time. */
export const NO_HOLDER = -2;

/**
 * The stored tuples, as an evaluation for one subject sees them. Objects (with their
 * namespace), namespaces and relations are numbers that the source and the program share.
 * A set, which is an object and a relation, has a number of the source's own.
 *
 * A source either has everything at hand, or answers `NOT_LOADED` and loads what it was
 * asked for before the evaluation goes on.
 */
export interface FactSource {
  /**
   * Whether looking something up costs next to nothing, so that what may decide is looked
   * up before what would have to be evaluated. Asking the others loads.
   */
  readonly isAtHand: boolean;

  namespaceOf(object: number): number;
  /** The name of a relation. */
  nameOf(relation: number): string;
  /** The number of a set, for the questions below. Sets that nothing is stored in may share one. */
  setOf(object: number, relation: number): number;
  /** The object of a set of an open list. */
  objectOf(set: number): number;
  /** The relation of a set of an open list. */
  relationOf(set: number): number;

  /** Whether the subject is stored directly in the set: 1, 0 or `NOT_LOADED`. */
  isStored(set: number): number;
  /** Opens the list of the subject sets stored in a set: how many they are, or `NOT_LOADED`. It stays open until the next call. */
  openSubjectSets(set: number): number;
  /** The next set of the open list, or `END`. */
  nextSubjectSet(): number;

  /** Only of a source at hand: how many subject sets are stored in a set, or `NOT_LOADED`. No list is opened. */
  countSubjectSets(set: number): number;
  /**
   * Only of a source at hand: opens the list of the stored subject sets of a set that the
   * subject is stored in directly. False when it cannot be had for less than looking up each of them.
   */
  openHolders(set: number): boolean;
  /** The next set of the list of `openHolders`, `NO_HOLDER` in between, or `END`. */
  nextHolder(): number;
}
