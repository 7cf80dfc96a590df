import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeFeed } from './change-feed.ts';

/** How many changes are taken out at once: a statement of some milliseconds. */
const SLICE_CHANGES = 500;
/** Between two slices, so that writes come first. */
const PAUSE_MS = 50;
const MIN_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 60_000;

export interface ChangeLogTrimmerOptions {
  readonly feed: Pick<ChangeFeed, 'trimChanges'>;
  /** How long changes are kept. */
  readonly retentionMs: number;
  /** Is told of a round that failed; the next one tries again. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Keeps the change log short: takes out what is too old, now and then. Any number of servers may do so at once. */
export class ChangeLogTrimmer implements AsyncDisposable {
  readonly #options: ChangeLogTrimmerOptions;
  readonly #stopped = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | undefined;

  /** It begins by itself. */
  constructor(options: ChangeLogTrimmerOptions) {
    this.#options = options;
    const intervalMs = Math.min(Math.max(options.retentionMs / 10, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
    this.#timer = setInterval(() => this.#begin(), intervalMs);
    this.#timer.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort();
    await this.#round;
  }

  #begin(): void {
    this.#round ??= this.#trim().finally(() => {
      this.#round = undefined;
    });
  }

  /** Never rejects. */
  async #trim(): Promise<void> {
    const { feed, retentionMs, onError } = this.#options;
    const { signal } = this.#stopped;
    const committedBefore = new Date(Date.now() - retentionMs);
    try {
      for (;;) {
        const trimmed = await feed.trimChanges({ committedBefore, limit: SLICE_CHANGES, signal });
        if (trimmed < SLICE_CHANGES) return;
        await sleep(PAUSE_MS, undefined, { ref: false, signal });
      }
    } catch (error) {
      if (!signal.aborted) onError?.(error);
    }
  }
}
