import { setImmediate } from 'node:timers/promises';
import type { PagePosition } from '../../persistence/tuple-reader.ts';
import type { ScanPage, TupleScanner } from '../../persistence/tuple-scanner.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';

/** A page is read and turned into tuples at once on some databases: few milliseconds of work. */
const PAGE_TUPLES = 2000;
/** The same while requests wait: less than a millisecond. */
const SHORT_PAGE_TUPLES = 500;
/** After this much work others get their turn. */
const MAX_TURN_MS = 2;
/** After this much while requests wait: each level of facts that they read waits for two turns to end. */
const SHORT_TURN_MS = 0.2;
/** Where requests take all the time there is, loading still gets a fourth of it: once it is done they take much less. */
const TURN_PER_PAUSE = 1 / 3;
/** How many tuples are inserted between two looks at the clock, some 30 microseconds of work. */
const TUPLES_PER_LOOK = 16;

export interface LoadTuplesOptions {
  readonly scanner: TupleScanner;
  readonly insert: (tuple: RelationTuple) => void;
  readonly signal: AbortSignal;
  /** Whether requests wait for other work of this process in the meantime: they go first. Default: none do. */
  readonly isAwaited?: (() => boolean) | undefined;
  /** Where to go on. Default: at the first tuple. */
  readonly after?: PagePosition | undefined;
  /** Default: all there are. */
  readonly maxPages?: number | undefined;
}

/**
 * Gives every stored tuple to `insert`. Each page is read at a revision of its own, all of them between the call and its
 * end; the next one is read while one is inserted. Answers where to go on when there are more than `maxPages`.
 * @throws what the database throws, or the signal's reason
 */
export async function loadTuples({
  scanner,
  insert,
  signal,
  isAwaited = () => false,
  after: start,
  maxPages = Number.POSITIVE_INFINITY,
}: LoadTuplesOptions): Promise<PagePosition | undefined> {
  const read = (after?: ScanPage['next']) => {
    const page = scanner.scanTuples({ limit: isAwaited() ? SHORT_PAGE_TUPLES : PAGE_TUPLES, after, signal });
    page.catch(() => {}); // It is awaited after the page before is inserted.
    return page;
  };
  const turns = new Turns({ signal, isAwaited });
  let reading = read(start);
  for (let pages = 1; ; pages++) {
    const { tuples, next }: ScanPage = await reading;
    const isLast = next === undefined || pages >= maxPages;
    if (!isLast) reading = read(next);
    for (const [index, tuple] of tuples.entries()) {
      insert(tuple);
      if (index % TUPLES_PER_LOOK === TUPLES_PER_LOOK - 1 && turns.isOver) await turns.next();
    }
    // Also after a short page: on some databases reading one blocks as inserting does.
    await turns.next();
    if (isLast) return next;
  }
}

/** Divides work into turns of the event loop. */
class Turns {
  readonly #signal: AbortSignal;
  readonly #isAwaited: () => boolean;
  #endsMs: number = performance.now() + SHORT_TURN_MS;

  constructor({ signal, isAwaited }: { signal: AbortSignal; isAwaited: () => boolean }) {
    this.#signal = signal;
    this.#isAwaited = isAwaited;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsMs;
  }

  /** Lets others have their turn. */
  async next(): Promise<void> {
    const pausedMs = performance.now();
    await setImmediate();
    this.#signal.throwIfAborted();
    const nowMs = performance.now();
    const fairMs = Math.min(MAX_TURN_MS, Math.max(SHORT_TURN_MS, (nowMs - pausedMs) * TURN_PER_PAUSE));
    this.#endsMs = nowMs + (this.#isAwaited() ? fairMs : MAX_TURN_MS);
  }
}
