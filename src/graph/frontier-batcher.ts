import type { Facts, Frontier, TupleReader } from '../persistence/tuple-reader.ts';

/** How many reads run at once: enough that a slow one does not hold up the others, few enough that waiting requests share. */
const MAX_IN_FLIGHT = 4;
/** When a shared read holds this many questions, the next request begins another. */
const MAX_QUESTIONS = 2000;

interface Waiting {
  readonly frontier: Frontier;
  resolve(facts: Facts): void;
  reject(reason: unknown): void;
  isAbandoned: boolean;
}

/**
 * Reads facts for many requests with few calls: while reads are under way, the frontiers
 * of other requests gather and are then read together. A read begins after the requests
 * it serves have asked, so it sees every write that was acknowledged before.
 */
export class FrontierBatcher {
  readonly #reader: Pick<TupleReader, 'readFacts'>;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;

  constructor({ reader }: { reader: Pick<TupleReader, 'readFacts'> }) {
    this.#reader = reader;
  }

  /** The facts of a frontier. @throws the signal's reason when it aborts first */
  readFacts(frontier: Frontier, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Facts> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { frontier, resolve, reject, isAbandoned: false };
      if (signal !== undefined) abandonOnAbort(waiting, signal);
      this.#waiting.push(waiting);
      this.#next();
    });
  }

  #next(): void {
    while (this.#inFlight < MAX_IN_FLIGHT) {
      const group = this.#takeGroup();
      if (group.length === 0) return;
      this.#inFlight++;
      void this.#read(group);
    }
  }

  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let questions = 0;
    while (questions < MAX_QUESTIONS) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) break;
      if (waiting.isAbandoned) continue;
      group.push(waiting);
      questions += waiting.frontier.tuples.length + waiting.frontier.sets.length;
    }
    return group;
  }

  /** Never rejects: a failed read rejects the requests that wait for it. */
  async #read(group: readonly Waiting[]): Promise<void> {
    try {
      const facts = await this.#reader.readFacts(join(group));
      const [first] = group;
      if (group.length === 1 && first !== undefined) first.resolve(facts);
      else hand(facts, group);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#inFlight--;
      this.#next();
    }
  }
}

function abandonOnAbort(waiting: Waiting, signal: AbortSignal): void {
  const { resolve, reject } = waiting;
  const onAbort = (): void => {
    waiting.isAbandoned = true;
    reject(signal.reason);
  };
  const settled = (): void => signal.removeEventListener('abort', onAbort);
  signal.addEventListener('abort', onAbort, { once: true });
  waiting.resolve = (facts) => {
    settled();
    resolve(facts);
  };
  waiting.reject = (reason) => {
    settled();
    reject(reason);
  };
}

function join(group: readonly Waiting[]): Frontier {
  const [first] = group;
  if (group.length === 1 && first !== undefined) return first.frontier;
  return {
    tuples: group.flatMap(({ frontier }) => frontier.tuples),
    sets: group.flatMap(({ frontier }) => frontier.sets),
  };
}

function hand({ revision, stored, subjectSets }: Facts, group: readonly Waiting[]): void {
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
