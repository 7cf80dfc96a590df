/**
 * A state of one network's tuples. Revisions count commits that changed something,
 * without gaps and in commit order; 0 is the empty store. It stays below 2^53.
 */
export type Revision = number;
