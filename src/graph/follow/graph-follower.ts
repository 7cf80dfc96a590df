import type { Cancellation } from '../../engine/cancellation.ts';
import type { Persister } from '../../persistence/persister.ts';
import type { Revision } from '../../persistence/revision.ts';
import { buildGraph, type LoadAside } from './build-graph.ts';
import type { ChangeApplier } from './change-applier.ts';
import { ChecksumOffset } from './checksum-offset.ts';
import type { FollowedGraph } from './followed-graph.ts';
import type { GraphObserver } from './graph-observer.ts';
import { LogFollower } from './log-follower.ts';

/** What the follower needs of the storage. */
export type FollowedStorage = Pick<
  Persister,
  'isExclusive' | 'soleNewest' | 'readChanges' | 'scanTuples' | 'onCommitted' | 'onHint'
>;

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
  /** Whether requests wait for the database, so that loading has to let them go first. Default: none do. */
  readonly isAwaited?: (() => boolean) | undefined;
  /** Loads a store that has many tuples. Default: they are loaded in this thread. */
  readonly loadAside?: LoadAside<G> | undefined;
  readonly observer?: GraphObserver | undefined;
  /** How often the log is looked at when nothing asks for it. Default: every second. */
  readonly pollIntervalMs?: number | undefined;
  /** How long to wait before the graph is built anew the first time; each further time twice as long. Default: 100 ms. */
  readonly minRetryMs?: number | undefined;
}

const POLL_INTERVAL_MS = 1000;
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 30_000;
/** A graph that lasted so long is none that fails again and again. */
const STEADY_MS = 60_000;

/**
 * Keeps a graph at the newest revision: loads it in the background, then follows the change log. A graph that cannot be
 * right is dropped and built anew. All its answers of `undefined` mean that somebody else must answer the request, who
 * sees the newest state by himself.
 */
export class GraphFollower<G extends FollowedGraph> implements AsyncDisposable {
  readonly #options: GraphFollowerOptions<G>;
  readonly #stops: (() => void)[] = [];
  readonly #offset = new ChecksumOffset();
  #state: FollowerState = { kind: 'loading' };
  #log: LogFollower<G> | undefined;
  #build: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #rebuilds = 0;
  /** When the graph was last complete, or the follower made. */
  #lastedSinceMs: number = performance.now();
  #isClosed = false;

  constructor(options: GraphFollowerOptions<G>) {
    this.#options = options;
  }

  /** Begins to load the graph. Nothing is known of the store before. */
  start(): void {
    const { persister, pollIntervalMs = POLL_INTERVAL_MS } = this.#options;
    this.#stops.push(
      persister.onCommitted((change) => this.#log?.committed(change)),
      persister.onHint((revision) => this.#log?.hinted(revision)),
    );
    if (!persister.isExclusive) {
      const timer = setInterval(() => this.#log?.look(), pollIntervalMs);
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
    return this.#log?.applier.isWhole ? this.#log.applier.graph : undefined;
  }

  /** What `graph` is at. */
  get revision(): Revision {
    return this.#log?.applier.revision ?? 0;
  }

  /** How far the graph may be behind: commits that are known and not applied, and seconds since it was known to have all. */
  get lag(): { readonly commits: number; readonly seconds: number } {
    return this.#log?.lag ?? { commits: 0, seconds: (performance.now() - this.#lastedSinceMs) / 1000 };
  }

  /** How often the graph was built anew. */
  get rebuilds(): number {
    return this.#rebuilds;
  }

  /** Whether the stored checksum is not that of the stored tuples, which was found twice and is then left at that. */
  get isChecksumOff(): boolean {
    return this.#offset.isBelieved;
  }

  /**
   * Resolves when the graph has every commit that was acknowledged before the call, with its revision. That is readable
   * for as long as whoever waits goes on without waiting again.
   * @throws what the database throws; SthenoError when the request was given up
   */
  async fresh(cancellation?: Cancellation): Promise<Revision | undefined> {
    return this.#log?.fresh(cancellation);
  }

  /**
   * Resolves when the graph has `min`, with its revision, which is readable as that of `fresh` is.
   * @throws {SthenoError} `failed_precondition` when the database does not get there in time
   */
  async awaitRevision(min: Revision, cancellation?: Cancellation): Promise<Revision | undefined> {
    if (this.graph !== undefined && this.revision >= min) return this.revision;
    return this.#log?.awaitRevision(min, cancellation);
  }

  /**
   * Keeps the graph at its revision until the answer is called, a second at most, for one reader at a time; in the
   * meantime whoever needs more is told to ask somebody else. Undefined when it cannot be kept now.
   */
  hold(): (() => void) | undefined {
    return this.#log?.hold();
  }

  /** Somebody found the graph wrong: it is dropped and built anew. */
  fail(reason: string, cause?: unknown): void {
    if (this.#isClosed) return;
    if (performance.now() - this.#lastedSinceMs > STEADY_MS) this.#failures = 0;
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
    return this.#log?.applier.sum.pause() ?? (() => {});
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
    const { persister, createGraph, accepts = () => true, isAwaited, loadAside, observer } = this.#options;
    await before;
    const startedMs = performance.now();
    try {
      signal.throwIfAborted();
      const graph = createGraph();
      const onMoved = () => this.#log?.moved();
      const onDiverged = (reason: string, cause?: unknown) => this.fail(reason, cause);
      const applier = await buildGraph(
        persister,
        { graph, accepts, isAwaited, loadAside, onMoved, onDiverged, offset: this.#offset },
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
    const onFailed = (reason: string, cause: unknown) => this.fail(reason, cause);
    this.#log = new LogFollower({ applier, feed: this.#options.persister, onFailed });
    this.#state = { kind: 'following' };
    this.#lastedSinceMs = performance.now();
    this.#log.hinted(undefined); // What was committed in the meantime was told to nobody.
  }

  #drop(state: FollowerState): void {
    this.#state = state;
    this.#log?.stop();
    this.#log = undefined;
    this.#lastedSinceMs = performance.now();
    clearTimeout(this.#retry);
    this.#build?.controller.abort();
  }

  #reload(): void {
    this.#state = { kind: 'loading' };
    this.#rebuilds++;
    this.#load();
  }
}
