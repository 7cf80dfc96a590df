import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted, untilAborted } from '../abort.ts';
import { LeaseHeldError } from '../lease-held-error.ts';
import type { CallOptions } from '../sql-database.ts';
import type { LeaseTable, StoredLease } from './lease-table.ts';
import type { LeaseTimes } from './lease-times.ts';

/** Whose turn it is to write while somebody else holds the lease: asks for it, and ends that of a holder that is gone. */
export class OthersLease {
  readonly #table: LeaseTable;
  readonly #times: LeaseTimes;
  /** The lease as it was seen last, and since when it has been like that: the time of an answer, not of its question. */
  #seen: StoredLease | undefined;
  #sinceMs = 0;

  constructor({ table, times }: { table: LeaseTable; times: LeaseTimes }) {
    this.#table = table;
    this.#times = times;
  }

  /** The sooner somebody looks, the sooner the lease of a holder that is gone can be ended. */
  async look(): Promise<StoredLease> {
    const found = await this.#table.read();
    if (this.#seen === undefined || !isSame(this.#seen, found)) this.#sinceMs = performance.now();
    this.#seen = found;
    return found;
  }

  /**
   * Resolves when nobody seems to hold the lease any more. What `isOwn` names is left over of this process.
   * @throws {LeaseHeldError} at `giveUpAtMs` (performance.now); SthenoError when the signal aborts
   */
  async giveWay({
    isOwn,
    giveUpAtMs,
    signal,
  }: { isOwn: (holder: string) => boolean; giveUpAtMs: number } & CallOptions): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      const found = await untilAborted(this.look(), signal);
      if (found.holder === '') return;
      if (isOwn(found.holder)) return this.#table.release(found.holder);
      if (performance.now() - this.#sinceMs >= this.#times.termMs) return this.#table.end(found);
      if (performance.now() > giveUpAtMs) throw new LeaseHeldError();
      if (!found.isWanted) await this.#table.want(found.holder);
      await untilAborted(sleep(this.#times.lookMs), signal);
    }
  }
}

function isSame(one: StoredLease, other: StoredLease): boolean {
  return one.holder === other.holder && one.renewals === other.renewals && one.revision === other.revision;
}
