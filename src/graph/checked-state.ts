import type { Cancellation } from '../engine/cancellation.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier } from '../persistence/tuple-reader.ts';
import { awaitRevision } from './await-revision.ts';
import type { PendingLevel } from './partial-graph.ts';
import type { RecentSets } from './recent-sets.ts';
import { RecentView } from './recent-view.ts';

/** Reads a level's facts, and counts how often it does. */
export interface Reads {
  readonly read: (frontier: Frontier, cancellation: Cancellation | undefined) => Promise<Facts>;
  /** Where what is read is kept for other checks. */
  readonly recent: RecentSets | undefined;
  count: number;
}

/** The state that one evaluation is of: everything that it goes by must be of one revision. */
export class CheckedState {
  /** What needs not be read. */
  readonly known: RecentView | undefined;
  readonly #reads: Reads;
  readonly #minRevision: Revision;
  readonly #cancellation: Cancellation | undefined;
  #revision: Revision | undefined;

  constructor(
    reads: Reads,
    { minRevision = 0, cancellation }: { minRevision?: Revision | undefined; cancellation?: Cancellation | undefined },
  ) {
    this.known = reads.recent && new RecentView(reads.recent);
    this.#reads = reads;
    this.#minRevision = minRevision;
    this.#cancellation = cancellation;
  }

  /** Loads a level. False when it is of another revision than what came before: the evaluation has to start over. */
  async load(level: PendingLevel): Promise<boolean> {
    for (const { frontier, apply } of level.parts()) {
      const facts = await this.#readSame(frontier);
      if (facts === undefined) return false;
      await apply(facts);
    }
    return true;
  }

  /** The revision of all that was read, which a read shows when there was none. Undefined when the evaluation has to start over. */
  async settle(): Promise<Revision | undefined> {
    return this.#revision ?? (await this.#readSame(NOTHING))?.revision;
  }

  /** Undefined when the facts are of another revision. */
  async #readSame(frontier: Frontier): Promise<Facts | undefined> {
    let facts = await this.#read(frontier);
    if (this.#revision === undefined && facts.revision < this.#minRevision) facts = await this.#readFresh(frontier);
    this.#revision ??= facts.revision;
    if (facts.revision !== this.#revision || this.known?.settle(facts.revision) === false) return undefined;
    return facts;
  }

  #read(frontier: Frontier): Promise<Facts> {
    const { read } = this.#reads;
    this.#reads.count++;
    if (this.known === undefined) return read(frontier, this.#cancellation);
    return this.known.read(frontier, () => read(frontier, this.#cancellation));
  }

  /** Reads again and again until the facts are of the revision that was asked for, or newer. */
  async #readFresh(frontier: Frontier): Promise<Facts> {
    let facts: Facts | undefined;
    const read = async (): Promise<Revision> => {
      facts = await this.#read(frontier);
      return facts.revision;
    };
    await awaitRevision(this.#minRevision, read, this.#cancellation);
    if (facts === undefined) throw new Error('BUG: a revision came without being read');
    return facts;
  }
}

/** What asks for the revision alone. */
const NOTHING: Frontier = { tuples: [], sets: [] };
