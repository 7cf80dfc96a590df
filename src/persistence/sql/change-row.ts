import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES } from '../../tuple/tuple-checksum.ts';
import { formatTupleChanges } from './change-payload.ts';

/** The row of the change log of a commit of any size, put together piece by piece. */
export class ChangeRow {
  readonly #deltas: TupleDelta[] = [];
  readonly #payloads: string[] = [];
  readonly #lanes = new Uint32Array(CHECKSUM_LANES);

  /** Adds deltas that changed something. */
  add(deltas: readonly TupleDelta[]): void {
    if (deltas.length === 0) return;
    for (const delta of deltas) {
      this.#deltas.push(delta);
      addTupleChecksum(this.#lanes, delta.tuple, delta.action === 'insert' ? 1 : -1);
    }
    this.#payloads.push(formatTupleChanges(deltas).slice('['.length, -']'.length));
  }

  get deltas(): readonly TupleDelta[] {
    return this.#deltas;
  }

  /** Of the kind `tuples`. */
  get payload(): string {
    return `[${this.#payloads.join(',')}]`;
  }

  /** What the deltas add to the checksum of all stored tuples, lane by lane modulo 2^32. */
  get lanes(): Uint32Array {
    return this.#lanes;
  }
}
