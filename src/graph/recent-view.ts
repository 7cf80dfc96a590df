import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier } from '../persistence/tuple-reader.ts';
import type { SubjectSet } from '../tuple/relation-tuple.ts';
import type { RecentSets } from './recent-sets.ts';

/** What one check makes of the recent sets: it goes by those of one revision, and must then be of that revision. */
export class RecentView {
  readonly #recent: RecentSets;
  #revision: Revision;
  #isUsed = false;

  constructor(recent: RecentSets) {
    recent.refresh();
    this.#recent = recent;
    this.#revision = recent.revision;
  }

  membersOf(set: SubjectSet): readonly SubjectSet[] | undefined {
    const members = this.#recent.find(this.#revision, set);
    if (members !== undefined) this.#isUsed = true;
    return members;
  }

  /** The check turns out to be of a revision. False when it has gone by sets of another one. */
  settle(revision: Revision): boolean {
    if (this.#isUsed) return revision === this.#revision;
    this.#revision = revision;
    return true;
  }

  /** Reads, and keeps what is read for the checks to come. */
  async read(frontier: Frontier, read: () => Promise<Facts>): Promise<Facts> {
    const before = this.#recent.revision;
    const facts = await read();
    this.#recent.keep(facts, frontier, before);
    return facts;
  }
}
