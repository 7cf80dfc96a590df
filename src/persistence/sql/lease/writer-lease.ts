import { randomBytes } from 'node:crypto';
import { SthenoError } from '../../../errors.ts';
import type { Revision } from '../../revision.ts';
import { untilAborted } from '../abort.ts';
import { LeaseHeldError } from '../lease-held-error.ts';
import type { CallOptions, Committed } from '../sql-database.ts';
import type { LeaseTable } from './lease-table.ts';
import { LEASE_TIMES, type LeaseTimes } from './lease-times.ts';
import { OthersLease } from './others-lease.ts';
import { ReadRate } from './read-rate.ts';
import { now, Trust } from './trust.ts';

/** The name of a writer that holds no lease. */
const NOBODY = '';

interface Holding {
  /** A new name each time: what was sent under an old one, and is still on its way, is refused from then on. */
  readonly name: string;
  readonly trust: Trust;
  readonly sinceMs: number;
  /** The newest revision: that of when it was taken, or of the last commit of this process since. */
  newest: Revision;
}

/**
 * The right of one server to be the only one that writes, for as long as requests profit from it and nobody else wants to
 * write. While it holds that right it knows without asking what is newest. Invariant (docs/adr/0021): while `soleNewest`
 * answers a revision, no process has committed a later one.
 */
export class WriterLease implements AsyncDisposable {
  readonly #table: LeaseTable;
  readonly #times: LeaseTimes;
  readonly #mayHold: boolean;
  readonly #others: OthersLease;
  readonly #reads: ReadRate;
  /** Names that may still be stored, although nothing is held under them. */
  readonly #left = new Set<string>();
  #holding: Holding | undefined;
  /** Commits of this process: under way, and begun so far. */
  #underWay = 0;
  #begun = 0;
  /** The newest revision that was heard of; undefined before the first. */
  #heardOf: Revision | undefined;
  #pauseMs: number;
  #pausedUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #isClosed = false;

  /** Without `mayHold` it only gives way to those who do. */
  constructor({ table, mayHold, times = LEASE_TIMES }: { table: LeaseTable; mayHold: boolean; times?: LeaseTimes }) {
    this.#table = table;
    this.#times = times;
    this.#mayHold = mayHold;
    this.#others = new OthersLease({ table, times });
    this.#reads = new ReadRate(times);
    this.#pauseMs = times.minPauseMs;
    // The database may lack the columns, and then is not written to either.
    this.#turn = this.#others.look().then(
      () => {},
      () => {},
    );
  }

  /** Whether it is held, as far as is known. */
  get isHeld(): boolean {
    return this.#holding?.trust.isOn(now()) ?? false;
  }

  /**
   * The newest revision when that is known without asking, see `ChangeFeed.soleNewest`. Not while a commit is under way:
   * others may have seen it already.
   */
  soleNewest(): Revision | undefined {
    if (!this.#mayHold || this.#isClosed) return undefined;
    this.#reads.count();
    this.#timer ??= this.#schedule();
    if (this.#holding === undefined || this.#underWay > 0 || !this.#holding.trust.isOn(now())) return undefined;
    return this.#holding.newest;
  }

  /**
   * Runs a commit, again while others hold the lease. `commit` tells of it to whoever listens before it resolves.
   * @throws {LeaseHeldError} when others do not give it back in time; whatever else `commit` throws
   */
  async write(commit: (writer: string) => Promise<Committed>, { signal }: CallOptions): Promise<Committed> {
    const giveUpAtMs = performance.now() + this.#times.maxWaitMs;
    for (;;) {
      const writer = this.#holding?.name ?? NOBODY;
      try {
        return await this.#run(commit, writer);
      } catch (error) {
        if (!(error instanceof LeaseHeldError) || performance.now() > giveUpAtMs) throw error;
      }
      await this.#giveWay(writer, { giveUpAtMs, signal });
    }
  }

  /** Call it before the newest revision is read, and its answer with that: commits of others are a reason to hold no lease. */
  reading(): (newest: Revision) => void {
    const begunBefore = this.#begun;
    const wasQuiet = this.#underWay === 0;
    return (newest) => {
      const isQuiet = wasQuiet && this.#begun === begunBefore;
      if (isQuiet && this.#heardOf !== undefined && newest > this.#heardOf) this.#pause();
      this.#hear(newest);
    };
  }

  /** Gives it back, so that nobody has to wait for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#giveBack();
  }

  async #run(commit: (writer: string) => Promise<Committed>, writer: string): Promise<Committed> {
    this.#underWay++;
    this.#begun++;
    try {
      const committed = await commit(writer);
      const { revision } = committed;
      if (this.#heardOf !== undefined && revision > this.#heardOf + this.#underWay) this.#pause();
      this.#hear(revision);
      return committed;
    } catch (error) {
      // It may be committed now, or when the database gets to it. Under another name it would be refused by then.
      if (isDoubtful(error) && this.#holding?.name === writer) void this.#giveBack();
      throw error;
    } finally {
      this.#underWay--;
    }
  }

  async #giveWay(writer: string, options: { giveUpAtMs: number } & CallOptions): Promise<void> {
    await untilAborted(this.#turn ?? Promise.resolve(), options.signal);
    if ((this.#holding?.name ?? NOBODY) !== writer) return; // It was taken in the meantime, or given back.
    if (this.#holding !== undefined) this.#pause(); // It was taken away.
    this.#holding = undefined;
    await this.#others.giveWay({ ...options, isOwn: (name) => this.#left.has(name) });
  }

  #schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#turn = this.#takeTurn(); // it never rejects
    }, this.#times.renewMs).unref();
  }

  async #takeTurn(): Promise<void> {
    const { isIdle, isWorthIt } = this.#reads.look();
    if (this.#holding !== undefined) await (isIdle ? this.#giveBack() : this.#renew(this.#holding));
    else if (isWorthIt && performance.now() >= this.#pausedUntilMs) await this.#acquire();
    this.#timer = (isIdle && this.#holding === undefined) || this.#isClosed ? undefined : this.#schedule();
  }

  async #acquire(): Promise<void> {
    // What is left of this process would look like another one's.
    for (const left of this.#left) await this.#release(left);
    if (this.#left.size > 0) return;
    const name = randomBytes(8).toString('hex');
    const trust = new Trust(this.#times);
    const sent = now();
    this.#left.add(name);
    try {
      const newest = await this.#table.acquire(name);
      this.#left.delete(name);
      if (newest === undefined) return this.#pause();
      trust.renewed(sent);
      this.#holding = { name, trust, newest, sinceMs: sent.monotonicMs };
      this.#hear(newest);
    } catch {
      await this.#release(name); // It may be held now.
    }
  }

  async #renew(holding: Holding): Promise<void> {
    const expected = this.#underWay === 0 ? holding.newest : undefined;
    const begunBefore = this.#begun;
    const sent = now();
    // Without an answer the trust ends by itself.
    const found = await this.#table.renew(holding.name).catch(() => 'failed' as const);
    if (found === 'failed' || this.#holding !== holding) return;
    // Nobody else can have moved the head on, nor back: but for a backup that was restored, or a hand in the tables.
    const isOurs =
      found !== undefined && (this.#begun !== begunBefore || found.revision === (expected ?? found.revision));
    if (isOurs && !found.isWanted) return holding.trust.renewed(sent);
    this.#pause();
    await this.#giveBack();
  }

  /** Counts on it no more, then lets go of it. */
  async #giveBack(): Promise<void> {
    const holding = this.#holding;
    if (holding === undefined) return;
    this.#holding = undefined;
    if (performance.now() - holding.sinceMs > this.#times.maxPauseMs) this.#pauseMs = this.#times.minPauseMs;
    await this.#release(holding.name);
  }

  /** Never rejects: a name that stays is released by the next write. */
  async #release(name: string): Promise<void> {
    this.#left.add(name);
    await this.#table.release(name).then(
      () => this.#left.delete(name),
      () => {},
    );
  }

  /** Others write. */
  #pause(): void {
    if (performance.now() < this.#pausedUntilMs) return;
    this.#pausedUntilMs = performance.now() + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, this.#times.maxPauseMs);
  }

  #hear(revision: Revision): void {
    this.#heardOf = Math.max(this.#heardOf ?? 0, revision);
    if (this.#holding !== undefined) this.#holding.newest = Math.max(this.#holding.newest, revision);
  }
}

/** Errors that the database itself gave as the outcome, or that came before anything was sent. */
const CERTAIN: ReadonlySet<string> = new Set([
  'aborted',
  'already_exists',
  'failed_precondition',
  'invalid_argument',
  'not_found',
  'resource_exhausted',
]);

/** Whether what failed may have been committed, or may be yet. */
function isDoubtful(error: unknown): boolean {
  if (error instanceof LeaseHeldError) return false;
  return !(error instanceof SthenoError && CERTAIN.has(error.code));
}
