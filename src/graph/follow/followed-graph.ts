import type { RelationTuple } from '../../tuple/relation-tuple.ts';

/** What following the change feed needs of a graph: tuples come and go, and are summed up. */
export interface FollowedGraph {
  /** False when the tuple was there already, which changes nothing. */
  insert(tuple: RelationTuple): boolean;
  /** False when the tuple was not there, which changes nothing. */
  delete(tuple: RelationTuple): boolean;
  /** The checksum of the tuples that are there (tuple/tuple-checksum.ts). */
  readonly checksum: Uint32Array;
}
