import type { Cancellation } from '../engine/cancellation.ts';
import type { Facts, Frontier, TupleReader } from '../persistence/tuple-reader.ts';
import { cancellationError } from './cancellation.ts';

/** How many reads run at once: enough that a slow one does not hold up the others, few enough that waiting requests share. */
const MAX_IN_FLIGHT = 4;
/** When a shared read holds this many questions, the next request begins another. */
const MAX_QUESTIONS = 2000;

interface Waiting {
  readonly frontier: Frontier;
  readonly cancellation: Cancellation | undefined;
  resolve(facts: Facts): void;
  reject(reason: unknown): void;
}

/**
 * Reads facts for many requests with few calls: the frontiers of all requests that ask in one turn
 * of the event loop, or while reads are under way, are read together. A read begins after the
 * requests it serves have asked, so it sees every write that was acknowledged before.
 */
export class FrontierBatcher {
  readonly #reader: Pick<TupleReader, 'readFacts'>;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #isScheduled = false;

  constructor({ reader }: { reader: Pick<TupleReader, 'readFacts'> }) {
    this.#reader = reader;
  }

  /** The facts of a frontier. @throws {SthenoError} when the request was given up before its read began */
  readFacts(frontier: Frontier, cancellation?: Cancellation): Promise<Facts> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frontier, cancellation, resolve, reject });
      this.#schedule();
    });
  }

  /** At the end of the turn: by then every request that has arrived on any connection has asked. */
  #schedule(): void {
    if (this.#isScheduled || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#readWaiting();
    });
  }

  #readWaiting(): void {
    while (this.#inFlight < MAX_IN_FLIGHT && this.#waiting.length > 0) {
      const group = this.#takeGroup();
      if (group.length > 0) void this.#read(group);
    }
  }

  /** Never rejects: what goes wrong is told to those who wait. */
  async #read(group: readonly Waiting[]): Promise<void> {
    this.#inFlight++;
    try {
      hand(await this.#reader.readFacts(join(group)), group);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#inFlight--;
      this.#readWaiting();
    }
  }

  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let questions = 0;
    while (questions < MAX_QUESTIONS) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) break;
      const reason = waiting.cancellation?.abortReason;
      if (reason !== undefined) {
        waiting.reject(cancellationError(reason));
        continue;
      }
      group.push(waiting);
      questions += waiting.frontier.tuples.length + waiting.frontier.sets.length;
    }
    return group;
  }
}

function join(group: readonly Waiting[]): Frontier {
  const [first] = group;
  if (group.length === 1 && first !== undefined) return first.frontier;
  return {
    tuples: group.flatMap(({ frontier }) => frontier.tuples),
    sets: group.flatMap(({ frontier }) => frontier.sets),
  };
}

function hand(facts: Facts, group: readonly Waiting[]): void {
  const [first] = group;
  if (group.length === 1 && first !== undefined) {
    first.resolve(facts);
    return;
  }
  const { revision, stored, subjectSets } = facts;
  let tuple = 0;
  let set = 0;
  for (const { frontier, resolve } of group) {
    const nextTuple = tuple + frontier.tuples.length;
    const nextSet = set + frontier.sets.length;
    resolve({ revision, stored: stored.slice(tuple, nextTuple), subjectSets: subjectSets.slice(set, nextSet) });
    tuple = nextTuple;
    set = nextSet;
  }
}
