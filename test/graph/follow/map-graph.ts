import type { FollowedGraph } from '../../../src/graph/follow/followed-graph.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES } from '../../../src/tuple/tuple-checksum.ts';
import { compareTuples, tupleKey } from '../../contract/tuple-model.ts';

/** The simplest graph that can be followed. */
export class MapGraph implements FollowedGraph {
  readonly checksum: Uint32Array = new Uint32Array(CHECKSUM_LANES);
  readonly #tuples = new Map<string, RelationTuple>();

  insert(tuple: RelationTuple): boolean {
    const key = tupleKey(tuple);
    if (this.#tuples.has(key)) return false;
    this.#tuples.set(key, tuple);
    addTupleChecksum(this.checksum, tuple, 1);
    return true;
  }

  delete(tuple: RelationTuple): boolean {
    if (!this.#tuples.delete(tupleKey(tuple))) return false;
    addTupleChecksum(this.checksum, tuple, -1);
    return true;
  }

  get size(): number {
    return this.#tuples.size;
  }

  /** The keys of the tuples, sorted. */
  keys(): string[] {
    return [...this.#tuples.keys()].sort();
  }

  /** In the order of listings. */
  tuples(): RelationTuple[] {
    return [...this.#tuples.values()].sort(compareTuples);
  }
}
