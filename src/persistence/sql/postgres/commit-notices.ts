import type { Revision } from '../../revision.ts';
import type { Committed } from '../sql-database.ts';

/**
 * How long after a notice none is sent: telling a listener costs PostgreSQL, and whoever listens, about as much as a
 * commit of one tuple. Listeners wait as long as that before they look at the log.
 */
const PAUSE_MS = 5;

/**
 * Tells others of commits, but not of each of many: a commit tells of itself when nothing was told for a while, and what
 * is committed soon after a notice is told together, by the newest revision.
 */
export class CommitNotices {
  readonly #prefix: string;
  readonly #send: (notice: string) => Promise<unknown>;
  readonly #pauseMs: number;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** What was committed last, and not told. */
  #owed: Revision | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `send` tells in a transaction of its own.
   * @param pauseMs for tests
   */
  constructor(options: {
    networkId: Uint8Array;
    send: (notice: string) => Promise<unknown>;
    pauseMs?: number | undefined;
  }) {
    const { networkId, send, pauseMs = PAUSE_MS } = options;
    this.#prefix = `${Buffer.from(networkId).toString('hex')}:`;
    this.#send = send;
    this.#pauseMs = pauseMs;
  }

  /** What the next commit tells before its revision; empty when it tells nothing, and is told of later. */
  next(): string {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < this.#pauseMs) return '';
    this.#toldAtMs = nowMs;
    return this.#prefix;
  }

  /** `notice` is what that commit told before its revision. */
  committed({ revision, committedAt }: Committed, notice: string): void {
    if (committedAt === undefined) return; // Nothing changed.
    if (notice === '') this.#owe(revision);
    else if (this.#owed !== undefined && this.#owed < revision) this.#owed = undefined; // Listeners know of that one.
  }

  /** Tells what is owed. Never rejects: who is told nothing finds out by looking. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const revision = this.#owed;
    if (revision === undefined) return;
    this.#owed = undefined;
    this.#toldAtMs = performance.now();
    await this.#send(`${this.#prefix}${revision}`).catch(() => {});
  }

  #owe(revision: Revision): void {
    this.#owed = Math.max(this.#owed ?? 0, revision);
    this.#timer ??= setTimeout(() => void this.flush(), this.#pauseMs).unref();
  }
}
