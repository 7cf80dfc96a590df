import { setTimeout as sleep } from 'node:timers/promises';
import type { Cancellation } from '../../engine/cancellation.ts';
import { SthenoError } from '../../errors.ts';
import type { Change, ChangePage } from '../../persistence/change-feed.ts';
import { ChangeLogError } from '../../persistence/change-log-error.ts';
import type { Persister } from '../../persistence/persister.ts';
import type { Revision } from '../../persistence/revision.ts';
import { throwIfGivenUp } from '../cancellation.ts';
import { buildGraph, CHANGE_PAGE } from './build-graph.ts';
import type { ChangeApplier } from './change-applier.ts';
import type { FollowedGraph } from './followed-graph.ts';
import type { GraphObserver } from './graph-observer.ts';
import { RevisionWaiters } from './revision-waiters.ts';
import { SharedCall } from './shared-call.ts';

/** What the follower needs of the storage. */
export type FollowedStorage = Pick<Persister, 'isExclusive' | 'readChanges' | 'scanTuples' | 'onCommitted' | 'onHint'>;

export type FollowerState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'following' }
  /** It is built anew by itself. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface GraphFollowerOptions<G extends FollowedGraph> {
  readonly persister: FollowedStorage;
  /** Makes a graph without tuples, each time it is built anew. */
  readonly createGraph: () => G;
  /** Whether the tuples of a namespace go into the graph. Default: all do. */
  readonly accepts?: ((namespace: string) => boolean) | undefined;
  readonly observer?: GraphObserver | undefined;
  /** How often the log is looked at when nothing asks for it. Default: every second. */
  readonly pollIntervalMs?: number | undefined;
  /** How long to wait before the graph is built anew the first time; each further time twice as long. Default: 100 ms. */
  readonly minRetryMs?: number | undefined;
}

const POLL_INTERVAL_MS = 1000;
/** Hints come with every commit of all processes: those of so much time are followed by one read. */
const HINT_DELAY_MS = 5;
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 30_000;
/** A graph that lasted so long is none that fails again and again. */
const STEADY_MS = 60_000;
/** A read of the log that takes longer is given up: its connection is as good as lost. */
const READ_TIMEOUT_MS = 5000;
/** A request waits for so many deltas to be applied, some milliseconds; with more, others must answer it. */
const MAX_BACKLOG_DELTAS = 5000;
/** How long a read waits for a revision that the database does not have yet, as with a replica that lags. */
const FRESHNESS_WAIT_MS = 2000;
const FRESHNESS_POLL_MS = 10;

/**
 * Keeps a graph at the newest revision: loads it in the background, then follows the change log. A graph that cannot be
 * right is dropped and built anew. All its answers of `undefined` mean that somebody else must answer the request, who
 * sees the newest state by himself.
 */
export class GraphFollower<G extends FollowedGraph> implements AsyncDisposable {
  readonly #options: GraphFollowerOptions<G>;
  readonly #log: SharedCall<Revision | undefined>;
  readonly #waiters = new RevisionWaiters();
  readonly #stops: (() => void)[] = [];
  #state: FollowerState = { kind: 'loading' };
  #applier: ChangeApplier<G> | undefined;
  /** The newest revision that was heard of. */
  #newest: Revision = 0;
  /** The newest revision of the hints that nothing was done for yet. */
  #hintedTo: Revision = 0;
  #hintTimer: NodeJS.Timeout | undefined;
  /** When the graph was last known to have everything. */
  #provenAtMs = performance.now();
  #failures = 0;
  #rebuilds = 0;
  #followsSinceMs = 0;
  #build: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: GraphFollowerOptions<G>) {
    this.#options = options;
    this.#log = new SharedCall({ call: () => this.#readLog(), timeoutMs: READ_TIMEOUT_MS });
  }

  /** Begins to load the graph. Nothing is known of the store before. */
  start(): void {
    const { persister, pollIntervalMs = POLL_INTERVAL_MS } = this.#options;
    this.#stops.push(
      persister.onCommitted((change) => this.#committed(change)),
      persister.onHint((revision) => this.#hinted(revision)),
    );
    if (!persister.isExclusive) {
      const timer = setInterval(() => this.#look(), pollIntervalMs);
      timer.unref();
      this.#stops.push(() => clearInterval(timer));
    }
    this.#load();
  }

  get state(): FollowerState {
    return this.#state;
  }

  /**
   * The graph as it is at `revision`; undefined while it is loaded, or a long commit is applied in part. It changes
   * between two turns of the event loop, and when a commit of this process is told.
   */
  get graph(): G | undefined {
    return this.#applier?.isWhole ? this.#applier.graph : undefined;
  }

  /** What `graph` is at. */
  get revision(): Revision {
    return this.#applier?.revision ?? 0;
  }

  /** How far the graph may be behind: commits that are known and not applied, and seconds since it was known to have all. */
  get lag(): { readonly commits: number; readonly seconds: number } {
    const commits = Math.max(0, this.#newest - this.revision);
    if (commits === 0 && this.#applier !== undefined && this.#options.persister.isExclusive)
      return { commits, seconds: 0 };
    return { commits, seconds: (performance.now() - this.#provenAtMs) / 1000 };
  }

  /** How often the graph was built anew. */
  get rebuilds(): number {
    return this.#rebuilds;
  }

  /**
   * Resolves when the graph has every commit that was acknowledged before the call, with its revision. That is readable
   * for as long as whoever waits goes on without waiting again.
   * @throws what the database throws; SthenoError when the request was given up
   */
  async fresh(cancellation?: Cancellation): Promise<Revision | undefined> {
    const applier = this.#applier;
    if (applier === undefined || applier.backlog > MAX_BACKLOG_DELTAS) return undefined;
    if (!this.#options.persister.isExclusive || applier.target < this.#newest) return this.#readNewest(cancellation);
    return this.#reach(applier.target);
  }

  /**
   * Resolves when the graph has `min`, with its revision, which is readable as that of `fresh` is.
   * @throws {SthenoError} `failed_precondition` when the database does not get there in time
   */
  async awaitRevision(min: Revision, cancellation?: Cancellation): Promise<Revision | undefined> {
    if (this.graph !== undefined && this.revision >= min) return this.revision;
    const giveUpAtMs = performance.now() + FRESHNESS_WAIT_MS;
    for (;;) {
      const applier = this.#applier;
      if (applier === undefined || applier.backlog > MAX_BACKLOG_DELTAS) return undefined;
      const revision = await (applier.target >= min ? this.#reach(min) : this.#readNewest(cancellation));
      if (revision === undefined || revision >= min) return revision;
      if (performance.now() > giveUpAtMs) {
        throw new SthenoError('failed_precondition', {
          reason: `revision ${min} is not available, the newest is ${revision}`,
        });
      }
      await sleep(FRESHNESS_POLL_MS);
      throwIfGivenUp(cancellation);
    }
  }

  /** Somebody found the graph wrong: it is dropped and built anew. */
  fail(reason: string, cause?: unknown): void {
    if (this.#isClosed) return;
    if (performance.now() - this.#followsSinceMs > STEADY_MS) this.#failures = 0;
    const { minRetryMs = MIN_RETRY_MS, observer } = this.#options;
    const retryMs = Math.min(minRetryMs * 2 ** this.#failures++, MAX_RETRY_MS);
    this.#drop({ kind: 'failed', reason });
    this.#retry = setTimeout(() => this.#reload(), retryMs);
    this.#retry.unref();
    observer?.failed?.({ reason, cause, retryMs });
  }

  /** Builds the graph anew, as when other namespaces are accepted. */
  reload(): void {
    if (this.#isClosed) return;
    this.#drop({ kind: 'loading' });
    this.#reload();
  }

  /** Until the answer is called checksums are not compared: for who takes namespaces out of the graph. */
  pauseVerifying(): () => void {
    return this.#applier?.sum.pause() ?? (() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops.splice(0)) stop();
    const build = this.#build;
    this.#drop({ kind: 'loading' });
    await build?.done;
  }

  #load(): void {
    const controller = new AbortController();
    const before = this.#build?.done;
    this.#build = { controller, done: this.#fill(controller.signal, before) };
  }

  /** Never rejects. Builds come one after another, also when one is given up. */
  async #fill(signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    const { persister, createGraph, accepts = () => true, observer } = this.#options;
    await before;
    const startedMs = performance.now();
    try {
      signal.throwIfAborted();
      const applier = await buildGraph(
        persister,
        {
          graph: createGraph(),
          accepts,
          onMoved: () => this.#moved(),
          onDiverged: (reason, cause) => this.fail(reason, cause),
        },
        signal,
      );
      if (signal.aborted) return;
      this.#follow(applier);
      observer?.loaded?.({ revision: applier.revision, durationMs: performance.now() - startedMs });
    } catch (cause) {
      if (!signal.aborted) this.fail('the tuples could not be loaded', cause);
    }
  }

  #follow(applier: ChangeApplier<G>): void {
    this.#applier = applier;
    this.#state = { kind: 'following' };
    this.#followsSinceMs = performance.now();
    this.#newest = Math.max(this.#newest, applier.revision);
    this.#look(); // What was committed in the meantime was told to nobody.
  }

  /** Whoever waits is told to ask somebody else. */
  #drop(state: FollowerState): void {
    this.#state = state;
    this.#applier?.stop();
    this.#applier = undefined;
    this.#newest = 0;
    clearTimeout(this.#retry);
    this.#build?.controller.abort();
    this.#waiters.giveUp();
  }

  #reload(): void {
    this.#state = { kind: 'loading' };
    this.#rebuilds++;
    this.#load();
  }

  #committed(change: Change): void {
    this.#newest = Math.max(this.#newest, change.revision);
    const applier = this.#applier;
    if (applier !== undefined && change.revision === applier.target + 1) applier.take([change]);
    // With others' commits in between the log has to tell of them first.
    else this.#hinted(change.revision);
  }

  /** Somebody committed this revision; undefined: nobody knows which. */
  #hinted(revision: Revision | undefined): void {
    if (revision !== undefined) this.#newest = Math.max(this.#newest, revision);
    if (this.#applier === undefined || (revision !== undefined && revision <= this.#applier.target)) return;
    this.#hintedTo = Math.max(this.#hintedTo, revision ?? Number.POSITIVE_INFINITY);
    this.#hintTimer ??= setTimeout(() => this.#followHints(), HINT_DELAY_MS).unref();
  }

  #followHints(): void {
    const isNews = this.#applier !== undefined && this.#hintedTo > this.#applier.target;
    this.#hintTimer = undefined;
    this.#hintedTo = 0;
    if (isNews) this.#look();
  }

  /** Reads the log for nobody in particular. Whether that works is for those to hear who need it. */
  #look(): void {
    if (this.#applier !== undefined) this.#log.join().catch(() => {});
  }

  async #readNewest(cancellation: Cancellation | undefined): Promise<Revision | undefined> {
    throwIfGivenUp(cancellation);
    const newest = await this.#log.join();
    throwIfGivenUp(cancellation);
    return newest === undefined ? undefined : this.#reach(newest);
  }

  /** One read of the log; answers the newest revision that it saw. */
  async #readLog(): Promise<Revision | undefined> {
    const applier = this.#applier;
    if (applier === undefined) return undefined;
    const askedAtMs = performance.now();
    const after = applier.target;
    try {
      const page = await this.#options.persister.readChanges(after, CHANGE_PAGE);
      if (applier !== this.#applier) return undefined;
      this.#take(applier, page, after);
      if (applier.target >= page.newest) this.#provenAtMs = askedAtMs;
      return page.newest;
    } catch (error) {
      if (!(error instanceof ChangeLogError)) throw error;
      if (applier === this.#applier) this.fail(error.message, error.cause);
      return undefined;
    }
  }

  /** `after` is what was asked for: in the meantime commits of this process may have been told. */
  #take(applier: ChangeApplier<G>, { newest, floor, changes, checksum }: ChangePage, after: Revision): void {
    if (newest < after) throw new ChangeLogError(`the database is at revision ${newest}, and was at ${after} before`);
    if (floor > applier.target) throw new ChangeLogError(`the change log begins behind revision ${floor} only`);
    this.#newest = Math.max(this.#newest, newest);
    applier.take(changes.filter(({ revision }) => revision > applier.target));
    if (applier.target < newest) void applier.idle().then(() => this.#look());
    else if (applier.isWhole && applier.revision === newest) applier.verify(checksum);
  }

  /** Resolves when the graph has a revision that its applier was given. */
  #reach(revision: Revision): Promise<Revision | undefined> {
    const applier = this.#applier;
    if (applier === undefined || applier.target < revision || applier.backlog > MAX_BACKLOG_DELTAS) return NOBODY;
    if (applier.isWhole && applier.revision >= revision) return Promise.resolve(applier.revision);
    return this.#waiters.wait(revision);
  }

  #moved(): void {
    if (this.#applier?.isWhole) this.#waiters.reached(this.#applier.revision);
  }
}

const NOBODY: Promise<undefined> = Promise.resolve(undefined);
