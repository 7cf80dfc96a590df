import type { RelationTuple, Subject } from '../../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES } from '../../../src/tuple/tuple-checksum.ts';

/** What a graph has to hold, the plain way. */
export class TupleMap {
  readonly #tuples = new Map<string, RelationTuple>();

  get all(): readonly RelationTuple[] {
    return [...this.#tuples.values()];
  }

  get keys(): string[] {
    return [...this.#tuples.keys()].sort();
  }

  get checksum(): Uint32Array {
    const lanes = new Uint32Array(CHECKSUM_LANES);
    for (const tuple of this.#tuples.values()) addTupleChecksum(lanes, tuple, 1);
    return lanes;
  }

  insert(tuple: RelationTuple): boolean {
    if (this.has(tuple)) return false;
    this.#tuples.set(keyOf(tuple), tuple);
    return true;
  }

  delete(tuple: RelationTuple): boolean {
    return this.#tuples.delete(keyOf(tuple));
  }

  has(tuple: RelationTuple): boolean {
    return this.#tuples.has(keyOf(tuple));
  }
}

/** Equal for equal tuples only; JSON keeps lone surrogates apart. */
export function keyOf({ namespace, object, relation, subject }: RelationTuple): string {
  return JSON.stringify([namespace, object, relation, keyOfSubject(subject)]);
}

export function keyOfSubject(subject: Subject): string {
  return JSON.stringify(subject.kind === 'id' ? [subject.id] : [subject.namespace, subject.object, subject.relation]);
}
