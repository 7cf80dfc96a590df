import { SthenoError } from '../errors.ts';
import { SharedCall } from '../graph/follow/shared-call.ts';
import type { Change, ChangeFeed } from '../persistence/change-feed.ts';
import { ChangeLogError } from '../persistence/change-log-error.ts';
import type { Revision } from '../persistence/revision.ts';
import { PastChanges } from './past-changes.ts';
import { Waiters } from './waiters.ts';

/** How often the log is looked at when nothing tells of commits. */
const POLL_INTERVAL_MS = 1000;
/** Hints come with every commit of all processes: the first is followed at once, those of so much time behind it by one read. */
const HINT_INTERVAL_MS = 5;
/** A read of the log that takes longer is given up: its connection is as good as lost. */
const READ_TIMEOUT_MS = 5000;
const PAGE = { limit: 1000, maxBytes: 1024 * 1024 };
/** The newest changes are kept for everybody, up to so many deltas; the newest change of all whatever its size. */
const MAX_KEPT_DELTAS = 20_000;
/** Above every revision: whoever claims to be there is told the newest one and nothing else. */
const BEYOND = Number.MAX_SAFE_INTEGER;

type Feed = Pick<ChangeFeed, 'isExclusive' | 'readChanges' | 'onCommitted' | 'onHint'>;

/** One of those who follow the log. */
export interface ChangeReader extends Disposable {
  /** The newest revision: it has every commit that was acknowledged, by any process, before the call. */
  newest(): Promise<Revision>;
  /**
   * The first changes after a revision, which `newest` has reached: at once when there are any, else when there are, and
   * none after `timeoutMs` or when the signal is aborted. Undefined when they are no longer in the log.
   * @throws {SthenoError} `out_of_range` when the store was set back; what the database throws
   */
  next(
    after: Revision,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<readonly Change[] | undefined>;
}

/**
 * The end of the change log, followed once for all readers of this process, for as long as there are any. Who is behind
 * what is kept in memory reads the log itself, at its own pace, for as long as the log has it.
 */
export class ChangeTail {
  readonly #feed: Feed;
  readonly #past: PastChanges;
  readonly #log: SharedCall<Revision>;
  readonly #waiters = new Waiters();
  readonly #readers = new Set<{ failure: Error | undefined }>();
  #stops: (() => void)[] = [];
  #hintTimer: NodeJS.Timeout | undefined;
  #lookedAtMs = 0;
  /** Without gaps. */
  #kept: Change[] = [];
  #keptDeltas = 0;
  /** That of the last kept change; undefined until the log was read for the first time. */
  #newest: Revision | undefined;

  constructor({ feed }: { feed: Feed }) {
    this.#feed = feed;
    this.#past = new PastChanges({ feed });
    this.#log = new SharedCall({ call: () => this.#readLog(), timeoutMs: READ_TIMEOUT_MS });
  }

  /** How many readers there are. */
  get readerCount(): number {
    return this.#readers.size;
  }

  /** Begins to follow the log with the first reader; dispose each of them when it has seen enough. */
  open(): ChangeReader {
    const reader: { failure: Error | undefined } = { failure: undefined };
    if (this.#readers.size === 0) this.#start();
    this.#readers.add(reader);
    return {
      newest: () => this.#log.join(),
      next: async (after, options) => {
        const found = await this.#next(after, options, reader);
        if (reader.failure !== undefined) throw reader.failure;
        return found;
      },
      [Symbol.dispose]: () => {
        if (this.#readers.delete(reader) && this.#readers.size === 0) this.#stop();
      },
    };
  }

  #start(): void {
    this.#stops = [
      this.#feed.onCommitted((change) => this.#committed(change)),
      this.#feed.onHint((revision) => this.#hinted(revision)),
    ];
    // When nobody else can write, all commits are told.
    if (this.#feed.isExclusive) return;
    const timer = setInterval(() => this.#look(), POLL_INTERVAL_MS).unref();
    this.#stops.push(() => clearInterval(timer));
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#hintTimer);
    this.#hintTimer = undefined;
    this.#beginAt(undefined);
  }

  async #next(
    after: Revision,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
    reader: { readonly failure: Error | undefined },
  ): Promise<readonly Change[] | undefined> {
    let found = this.#keptSince(after);
    if (found?.length === 0 && timeoutMs > 0 && reader.failure === undefined) {
      await this.#waiters.wait({ timeoutMs, signal });
      found = this.#keptSince(after);
    }
    if (found !== undefined || reader.failure !== undefined) return found;
    const { changes } = await this.#past.read(after);
    return changes.length === 0 ? undefined : changes;
  }

  /** Undefined when what comes after the revision is not kept. */
  #keptSince(after: Revision): readonly Change[] | undefined {
    const first = this.#kept[0]?.revision ?? (this.#newest ?? after) + 1;
    return after + 1 < first ? undefined : this.#kept.slice(after + 1 - first);
  }

  /** This process committed. */
  #committed(change: Change): void {
    if (this.#newest === undefined) return; // What is committed before the log is read is read.
    if (change.revision === this.#newest + 1) this.#append([change]);
    else this.#hinted(change.revision);
  }

  /** Somebody committed this revision; undefined: nobody knows which. */
  #hinted(revision: Revision | undefined): void {
    if (revision !== undefined && this.#newest !== undefined && revision <= this.#newest) return;
    if (this.#hintTimer !== undefined) return;
    const waitMs = this.#lookedAtMs + HINT_INTERVAL_MS - performance.now();
    if (waitMs > 0) this.#hintTimer = setTimeout(() => this.#look(), waitMs).unref();
    else this.#look();
  }

  /** Reads the log for nobody in particular; when that fails, the next look tries again. */
  #look(): void {
    clearTimeout(this.#hintTimer);
    this.#hintTimer = undefined;
    this.#lookedAtMs = performance.now();
    if (this.#readers.size > 0) this.#log.join().catch(() => {});
  }

  /** One read of the log; answers the newest revision that it saw. */
  async #readLog(): Promise<Revision> {
    const after = this.#newest;
    try {
      const { newest, floor, changes } = await this.#feed.readChanges(after ?? BEYOND, PAGE);
      if (this.#readers.size > 0) this.#take(after, { newest, floor, changes });
      return newest;
    } catch (error) {
      if (error instanceof ChangeLogError) this.#fail(error);
      throw error;
    }
  }

  #take(after: Revision | undefined, page: { newest: Revision; floor: Revision; changes: readonly Change[] }): void {
    const { newest, floor, changes } = page;
    if (after === undefined) {
      this.#beginAt(newest);
      this.#look(); // What was committed since the answer was told to nobody.
      return;
    }
    // Everybody left and others came while the log was read: they read it themselves.
    if (this.#newest === undefined) return;
    if (newest < after) this.#fail(setBack(newest, after));
    else if (floor > this.#newest) this.#beginAt(newest);
    else this.#append(changes);
    if (this.#newest < newest) this.#look();
  }

  /** Takes those that are next. */
  #append(changes: readonly Change[]): void {
    for (const change of changes) {
      if (this.#newest === undefined || change.revision !== this.#newest + 1) continue;
      this.#kept.push(this.#past.share(change));
      this.#keptDeltas += weightOf(change);
      this.#newest = change.revision;
    }
    // In halves, so that it is seldom: what is left is copied.
    if (this.#keptDeltas > 2 * MAX_KEPT_DELTAS) this.#forget();
    this.#waiters.wake();
  }

  #forget(): void {
    let dropped = 0;
    while (this.#keptDeltas > MAX_KEPT_DELTAS && dropped < this.#kept.length - 1) {
      this.#keptDeltas -= weightOf(this.#kept[dropped++] as Change); // it is within the list
    }
    this.#kept = this.#kept.slice(dropped);
  }

  /** Nothing is kept any more; what comes behind a revision will be. */
  #beginAt(revision: Revision | undefined): void {
    this.#kept = [];
    this.#keptDeltas = 0;
    this.#newest = revision;
    this.#waiters.wake();
  }

  /** Whoever reads now cannot go on. */
  #fail(failure: Error): void {
    for (const reader of this.#readers) reader.failure = failure;
    this.#beginAt(undefined);
  }
}

function weightOf({ deltas }: Change): number {
  return deltas.length + 1;
}

function setBack(newest: Revision, after: Revision): SthenoError {
  return new SthenoError('out_of_range', {
    message: 'the database was set back: read the store anew and watch from its snaptoken',
    info: { reason: 'STORE_SET_BACK', metadata: { newest: String(newest), before: String(after) } },
  });
}
