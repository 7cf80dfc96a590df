/** The answer of a source that does not have the fact yet. It has noted the question and will have it next time. */
export const NOT_LOADED = -1;

/**
 * The stored tuples, as an evaluation for one subject sees them. Objects (with their
 * namespace), namespaces and relations are numbers that the source and the program share.
 * A source either holds everything, or answers `NOT_LOADED` and loads what it was asked
 * for before the evaluation goes on.
 */
export interface FactSource {
  namespaceOf(object: number): number;
  /** Whether the subject is stored directly in the set: 1, 0 or `NOT_LOADED`. */
  isStored(object: number, relation: number): number;
  /** Opens the list of the subject sets stored in a set: how many they are, or `NOT_LOADED`. It stays open until the next call. */
  openSubjectSets(object: number, relation: number): number;
  /** The object of an entry of the open list. */
  objectAt(index: number): number;
  /** The relation of an entry of the open list. */
  relationAt(index: number): number;
}
