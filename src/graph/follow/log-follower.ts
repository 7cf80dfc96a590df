import { setTimeout as sleep } from 'node:timers/promises';
import type { Cancellation } from '../../engine/cancellation.ts';
import { SthenoError } from '../../errors.ts';
import type { Change, ChangeFeed, ChangePage } from '../../persistence/change-feed.ts';
import { ChangeLogError } from '../../persistence/change-log-error.ts';
import type { Revision } from '../../persistence/revision.ts';
import { throwIfGivenUp } from '../cancellation.ts';
import { CHANGE_PAGE } from './build-graph.ts';
import type { ChangeApplier } from './change-applier.ts';
import type { FollowedGraph } from './followed-graph.ts';
import { RevisionWaiters } from './revision-waiters.ts';
import { SharedCall } from './shared-call.ts';

/** Hints come with every commit of all processes: those of so much time are followed by one read. */
const HINT_DELAY_MS = 5;
/** A read of the log that takes longer is given up: its connection is as good as lost. */
const READ_TIMEOUT_MS = 5000;
/** A request waits for so many deltas to be applied, some milliseconds; with more, others must answer it. */
const MAX_BACKLOG_DELTAS = 5000;
/** How long the graph stays as it is for one request: about what the longest evaluation takes. */
const MAX_HOLD_MS = 1000;
/** How long a read waits for a revision that the database does not have yet, as with a replica that lags. */
const FRESHNESS_WAIT_MS = 2000;
const FRESHNESS_POLL_MS = 10;

/** What the follower needs of the log. */
type FollowedFeed = Pick<ChangeFeed, 'isExclusive' | 'soleNewest' | 'readChanges'>;

/** Applies the change log to a graph that has what is stored at a revision. Answers of `undefined` are those of `GraphFollower`. */
export class LogFollower<G extends FollowedGraph> {
  readonly applier: ChangeApplier<G>;
  readonly #feed: FollowedFeed;
  readonly #onFailed: (reason: string, cause: unknown) => void;
  readonly #log: SharedCall<Revision | undefined>;
  readonly #waiters = new RevisionWaiters();
  /** The newest revision that was heard of. */
  #newest: Revision;
  /** The newest revision of the hints that nothing was done for yet. */
  #hintedTo: Revision = 0;
  #hintTimer: NodeJS.Timeout | undefined;
  /** When the graph was last known to have everything. */
  #provenAtMs: number = performance.now();
  /** Whether the log was read since commits are told. */
  #hasRead = false;
  #isStopped = false;

  constructor({
    applier,
    feed,
    onFailed,
  }: {
    applier: ChangeApplier<G>;
    feed: FollowedFeed;
    /** Called when the log cannot be followed any more. */
    onFailed: (reason: string, cause: unknown) => void;
  }) {
    this.applier = applier;
    this.#feed = feed;
    this.#onFailed = onFailed;
    this.#newest = applier.revision;
    this.#log = new SharedCall({ call: () => this.#readLog(), timeoutMs: READ_TIMEOUT_MS });
  }

  /** See `GraphFollower.lag`. */
  get lag(): { readonly commits: number; readonly seconds: number } {
    const commits = Math.max(0, this.#newest - this.applier.revision);
    if (commits === 0 && this.#feed.isExclusive) return { commits, seconds: 0 };
    return { commits, seconds: (performance.now() - this.#provenAtMs) / 1000 };
  }

  /** See `GraphFollower.fresh`. */
  async fresh(cancellation: Cancellation | undefined): Promise<Revision | undefined> {
    const { target, backlog } = this.applier;
    if (backlog > MAX_BACKLOG_DELTAS) return undefined;
    return this.#isTold(target) ? this.#reach(target) : this.#readNewest(cancellation);
  }

  /** See `GraphFollower.awaitRevision`. */
  async awaitRevision(min: Revision, cancellation: Cancellation | undefined): Promise<Revision | undefined> {
    const giveUpAtMs = performance.now() + FRESHNESS_WAIT_MS;
    for (;;) {
      if (this.applier.backlog > MAX_BACKLOG_DELTAS) return undefined;
      const revision = await (this.applier.target >= min ? this.#reach(min) : this.#readNewest(cancellation));
      if (revision === undefined || revision >= min) return revision;
      if (performance.now() > giveUpAtMs) {
        const reason = `revision ${min} is not available, the newest is ${revision}`;
        throw new SthenoError('failed_precondition', { reason });
      }
      await sleep(FRESHNESS_POLL_MS);
      throwIfGivenUp(cancellation);
    }
  }

  /** See `GraphFollower.hold`. */
  hold(): (() => void) | undefined {
    const { applier } = this;
    if (this.#isStopped || applier.isHeld || applier.target > applier.revision) return undefined;
    const release = applier.hold();
    const timer = setTimeout(release, MAX_HOLD_MS).unref();
    return () => {
      clearTimeout(timer);
      release();
    };
  }

  /** This process committed. */
  committed(change: Change): void {
    this.#newest = Math.max(this.#newest, change.revision);
    if (change.revision === this.applier.target + 1) this.applier.take([change]);
    // With others' commits in between the log has to tell of them first.
    else this.hinted(change.revision);
  }

  /** Somebody committed this revision; undefined: nobody knows which. */
  hinted(revision: Revision | undefined): void {
    if (revision !== undefined) this.#newest = Math.max(this.#newest, revision);
    if (revision !== undefined && revision <= this.applier.target) return;
    this.#hintedTo = Math.max(this.#hintedTo, revision ?? Number.POSITIVE_INFINITY);
    this.#hintTimer ??= setTimeout(() => this.#followHints(), HINT_DELAY_MS).unref();
  }

  /** Reads the log for nobody in particular. Whether that works is for those to hear who need it. */
  look(): void {
    if (!this.#isStopped) this.#log.join().catch(() => {});
  }

  /** Its applier has applied changes. */
  moved(): void {
    if (this.applier.isWhole) this.#waiters.reached(this.applier.revision);
  }

  /** Whoever waits is told to ask somebody else. */
  stop(): void {
    this.#isStopped = true;
    this.applier.stop();
    clearTimeout(this.#hintTimer);
    this.#waiters.giveUp();
  }

  /** Whether every commit was told, without asking. */
  #isTold(target: Revision): boolean {
    // All were, where nobody else can write: but for those before it began to listen, or of another kind.
    if (this.#feed.isExclusive) return this.#hasRead && target >= this.#newest;
    const newest = this.#feed.soleNewest();
    return newest !== undefined && target >= newest;
  }

  #followHints(): void {
    const isNews = this.#hintedTo > this.applier.target;
    this.#hintTimer = undefined;
    this.#hintedTo = 0;
    if (isNews) this.look();
  }

  async #readNewest(cancellation: Cancellation | undefined): Promise<Revision | undefined> {
    throwIfGivenUp(cancellation);
    const newest = await this.#log.join();
    throwIfGivenUp(cancellation);
    return newest === undefined ? undefined : this.#reach(newest);
  }

  /** One read of the log; answers the newest revision that it saw. */
  async #readLog(): Promise<Revision | undefined> {
    const askedAtMs = performance.now();
    const after = this.applier.target;
    try {
      const page = await this.#feed.readChanges(after, CHANGE_PAGE);
      if (this.#isStopped) return undefined;
      this.#take(page, after);
      this.#hasRead = true;
      if (this.applier.target >= page.newest) this.#provenAtMs = askedAtMs;
      return page.newest;
    } catch (error) {
      if (!(error instanceof ChangeLogError)) throw error;
      if (!this.#isStopped) this.#onFailed(error.message, error.cause);
      return undefined;
    }
  }

  /** `after` is what was asked for: in the meantime commits of this process may have been told. */
  #take({ newest, floor, changes, checksum }: ChangePage, after: Revision): void {
    const { applier } = this;
    if (newest < after) throw new ChangeLogError(`the database is at revision ${newest}, and was at ${after} before`);
    if (floor > applier.target) throw new ChangeLogError(`the change log begins behind revision ${floor} only`);
    this.#newest = Math.max(this.#newest, newest);
    applier.take(changes.filter(({ revision }) => revision > applier.target));
    if (applier.target < newest) void applier.idle().then(() => this.look());
    else if (applier.isWhole && applier.revision === newest) applier.verify(checksum);
  }

  /** Resolves when the graph has a revision. */
  #reach(revision: Revision): Promise<Revision | undefined> {
    const { applier } = this;
    if (this.#isStopped || applier.target < revision || applier.backlog > MAX_BACKLOG_DELTAS) return NOBODY;
    if (applier.isWhole && applier.revision >= revision) return Promise.resolve(applier.revision);
    if (applier.isHeld) return NOBODY;
    return this.#waiters.wait(revision);
  }
}

const NOBODY: Promise<undefined> = Promise.resolve(undefined);
