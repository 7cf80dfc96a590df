import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import {
  addTupleChecksum,
  CHECKSUM_LANES,
  formatChecksum,
  isChecksum,
  parseChecksum,
} from '../../tuple/tuple-checksum.ts';
import { formatTupleChanges } from './change-payload.ts';

const OPENING = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSING = Buffer.from(']');

/** The row of the change log of a commit of any size, put together piece by piece. */
export class ChangeRow {
  readonly #deltas: TupleDelta[] = [];
  readonly #pieces: Buffer[] = [];
  readonly #lanes = new Uint32Array(CHECKSUM_LANES);

  /** Adds deltas that changed something. */
  add(deltas: readonly TupleDelta[]): void {
    if (deltas.length === 0) return;
    for (const delta of deltas) {
      this.#deltas.push(delta);
      addTupleChecksum(this.#lanes, delta.tuple, delta.action === 'insert' ? 1 : -1);
    }
    // Turned into bytes at once: one long string in the end would be copied again and again, in one turn.
    this.#pieces.push(this.#pieces.length === 0 ? OPENING : COMMA);
    this.#pieces.push(Buffer.from(formatTupleChanges(deltas).slice('['.length, -']'.length)));
  }

  get deltas(): readonly TupleDelta[] {
    return this.#deltas;
  }

  /** Of the kind `tuples`, in UTF-8. There are deltas. */
  get payload(): Buffer {
    return Buffer.concat([...this.#pieces, CLOSING]);
  }

  /** What the deltas add to the checksum of all stored tuples, lane by lane modulo 2^32. */
  get lanes(): Uint32Array {
    return this.#lanes;
  }

  /** The checksum of all stored tuples, out of the one before; null when that is not known. */
  checksumAfter(before: string | null): string | null {
    // What was put there by hand, and is none, says no more than nothing.
    if (before === null || !isChecksum(before)) return null;
    const lanes = parseChecksum(before);
    for (const [lane, sum] of lanes.entries()) lanes[lane] = sum + (this.#lanes[lane] ?? 0);
    return formatChecksum(lanes);
  }
}
