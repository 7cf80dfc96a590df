import { setImmediate } from 'node:timers/promises';
import type { Change } from '../../persistence/change-feed.ts';
import type { Revision } from '../../persistence/revision.ts';
import type { RelationTuple, TupleDelta } from '../../tuple/relation-tuple.ts';
import { ChecksumOffset } from './checksum-offset.ts';
import type { FollowedGraph } from './followed-graph.ts';
import { StoreSum } from './store-sum.ts';

/** After this much work others get their turn. */
const MAX_TURN_MS = 4;
/** A change with more deltas may take longer than a turn. */
const MAX_SHORT_DELTAS = 1000;
/** How many deltas are applied between two looks at the clock. */
const DELTAS_PER_LOOK = 64;

export interface ChangeApplierOptions<G extends FollowedGraph> {
  /** Without tuples. */
  readonly graph: G;
  readonly revision: Revision;
  /** Whether the tuples of a namespace go into the graph. */
  readonly accepts: (namespace: string) => boolean;
  /** Called after whole changes were applied; `revision` is then the newest of them. */
  readonly onMoved: () => void;
  /** Called once, when the graph cannot have what the store has. Nothing is applied any more. */
  readonly onDiverged: (reason: string, cause?: unknown) => void;
  /** Of the store, as the loads before found it. Default: nobody has loaded it before. */
  readonly offset?: ChecksumOffset | undefined;
  /** How long a turn may take; for tests. */
  readonly maxTurnMs?: number | undefined;
}

/**
 * Brings a graph from revision to revision. Short changes are applied at once. A long one is applied over several turns
 * of the event loop, in which the graph is not whole; it begins in a turn of its own, so that whoever was told of the
 * revision before can still read that.
 */
export class ChangeApplier<G extends FollowedGraph> {
  readonly graph: G;
  readonly sum: StoreSum;
  readonly #options: ChangeApplierOptions<G>;
  #revision: Revision;
  #queue: Change[] = [];
  /** Of the queue: the change that comes next, and how many of its deltas are applied. */
  #next = 0;
  #appliedDeltas = 0;
  #backlog = 0;
  #isDraining = false;
  #isHeld = false;
  #isExact = false;
  #isStopped = false;
  #verified: Revision | undefined;
  #whenIdle: (() => void)[] = [];

  constructor(options: ChangeApplierOptions<G>) {
    this.graph = options.graph;
    this.sum = new StoreSum({ inGraph: options.graph.checksum, offset: options.offset ?? new ChecksumOffset() });
    this.#options = options;
    this.#revision = options.revision;
  }

  /** The revision that the graph is at when it is whole. */
  get revision(): Revision {
    return this.#revision;
  }

  /** Whether no change is applied in part. */
  get isWhole(): boolean {
    return this.#appliedDeltas === 0;
  }

  /** The revision that the graph is at when everything it was given is applied. */
  get target(): Revision {
    return this.#queue.at(-1)?.revision ?? this.#revision;
  }

  /** Whether it was stopped, or stopped by itself because the graph diverged. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether changes wait for somebody who reads. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** How many deltas wait to be applied. */
  get backlog(): number {
    return this.#backlog;
  }

  /** Applies changes that follow on `target`: some at once, the others in turns of their own. */
  take(changes: readonly Change[]): void {
    if (this.#isStopped) return;
    for (const change of changes) {
      if (change.revision !== this.target + 1) throw new Error(`BUG: revision ${change.revision} after ${this.target}`);
      this.#queue.push(change);
      this.#backlog += change.deltas.length;
    }
    if (this.#isDraining || this.#isHeld || this.#applyTurn({ mayBeginLong: false })) return;
    void this.#drain(); // it never rejects
  }

  /** While nothing waits to be applied: what comes from now on waits until the answer is called. */
  hold(): () => void {
    if (this.#isHeld || this.#queue.length > 0) throw new Error('BUG: changes wait already');
    this.#isHeld = true;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#isHeld = false;
      if (this.#queue.length > 0) void this.#drain(); // it never rejects
    };
  }

  /** Resolves when nothing waits to be applied. */
  async idle(): Promise<void> {
    if (this.#queue.length > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Before any change: a tuple that is stored, or was so at a revision that is still to come. */
  insertStored(tuple: RelationTuple): void {
    if (this.#options.accepts(tuple.namespace)) this.graph.insert(tuple);
    else this.sum.leaveOut(tuple, 1);
  }

  /** The graph has exactly what is stored at its revision: from now on each delta must change it, and checksums must fit. */
  startVerifying(): void {
    this.#isExact = true;
    this.sum.startFollowing();
  }

  /** Compares with the checksum of all tuples that are stored at `revision`, once. */
  verify(checksum: string | undefined): void {
    if (checksum === undefined || this.#verified === this.#revision) return;
    this.#verified = this.#revision;
    if (!this.sum.admits(checksum)) this.#diverge(`the checksum of revision ${this.#revision} is another one`);
  }

  stop(): void {
    this.#isStopped = true;
    this.#queue = [];
    this.#tellIdle();
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    do await setImmediate();
    while (!this.#applyTurn({ mayBeginLong: true }));
    this.#isDraining = false;
    this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Applies what fits into a turn; true when nothing is left. */
  #applyTurn({ mayBeginLong }: { mayBeginLong: boolean }): boolean {
    const endsMs = performance.now() + (this.#options.maxTurnMs ?? MAX_TURN_MS);
    const before = this.#revision;
    for (;;) {
      const change = this.#queue[this.#next];
      if (change === undefined) break;
      const isLong = change.deltas.length > MAX_SHORT_DELTAS;
      if (isLong && this.#appliedDeltas === 0 && !(mayBeginLong && this.#revision === before)) break;
      if (!this.#tryDeltas(change.deltas, isLong ? endsMs : Number.POSITIVE_INFINITY)) break;
      this.#finish(change);
      if (performance.now() > endsMs) break;
    }
    if (this.#revision !== before && !this.#isStopped) this.#options.onMoved();
    if (this.#queue[this.#next] !== undefined) return false;
    this.#queue = [];
    this.#next = 0;
    return true;
  }

  #tryDeltas(deltas: readonly TupleDelta[], endsMs: number): boolean {
    try {
      return this.#applyDeltas(deltas, endsMs);
    } catch (cause) {
      this.#diverge(`revision ${this.#revision + 1} cannot be applied`, cause);
      return false;
    }
  }

  /** False when the time was over before the end. */
  #applyDeltas(deltas: readonly TupleDelta[], endsMs: number): boolean {
    for (let index = this.#appliedDeltas; index < deltas.length; index++) {
      if (index % DELTAS_PER_LOOK === DELTAS_PER_LOOK - 1 && performance.now() > endsMs) {
        this.#appliedDeltas = index;
        return false;
      }
      this.#applyDelta(deltas[index] as TupleDelta); // below the length
    }
    return true;
  }

  #applyDelta({ action, tuple }: TupleDelta): void {
    const isInsert = action === 'insert';
    if (!this.#options.accepts(tuple.namespace)) {
      this.sum.leaveOut(tuple, isInsert ? 1 : -1);
      return;
    }
    const isChange = isInsert ? this.graph.insert(tuple) : this.graph.delete(tuple);
    if (isChange || !this.#isExact) return;
    this.#diverge(`revision ${this.#revision + 1} ${action}s a tuple that is ${isInsert ? 'there' : 'not there'}`);
  }

  #finish({ revision, deltas, checksum }: Change): void {
    if (this.#isStopped) return;
    this.#appliedDeltas = 0;
    this.#backlog -= deltas.length;
    this.#revision = revision;
    this.#next++;
    if (this.#isExact) this.verify(checksum);
  }

  #diverge(reason: string, cause?: unknown): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.onDiverged(reason, cause);
  }
}
