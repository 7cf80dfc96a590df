import type { Change } from '../persistence/change-feed.ts';
import type { Revision } from '../persistence/revision.ts';
import type { Facts, Frontier } from '../persistence/tuple-reader.ts';
import type { RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';

/** How many sets and members of sets are kept at most: some 40 MB. */
const MAX_ENTRIES = 200_000;
/** Whoever changes tables by hand and leaves the revision as it is gets to see it after this time. */
const MAX_AGE_MS = 60_000;

/**
 * The subject sets of the sets that were read lately, as they are at one revision: the newest one that was seen. A check
 * that goes by them is right when the database turns out to be at that revision, which its one read has to show anyway.
 */
export class RecentSets {
  readonly #maxEntries: number;
  #revision: Revision = 0;
  #since: number = performance.now();
  /** When the young ones have half of the room, they take the place of the old ones. */
  #young = new Map<string, readonly SubjectSet[]>();
  #old = new Map<string, readonly SubjectSet[]>();
  #youngEntries = 0;

  constructor({ maxEntries = MAX_ENTRIES }: { maxEntries?: number } = {}) {
    this.#maxEntries = maxEntries;
  }

  /** The revision that the sets are of. */
  get revision(): Revision {
    return this.#revision;
  }

  /** For a check that begins: drops what is too old. */
  refresh(): void {
    if (performance.now() - this.#since > MAX_AGE_MS) this.#moveTo(this.#revision);
  }

  /** The subject sets of a set at a revision; undefined when they are not known. */
  find(revision: Revision, set: SubjectSet): readonly SubjectSet[] | undefined {
    if (revision !== this.#revision) return undefined;
    const key = keyOf(set);
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#add(key, old);
    return old;
  }

  /** Keeps what was read; `revisionBefore` is what the sets were of when the read began. */
  keep({ revision, subjectSets }: Facts, { sets }: Frontier, revisionBefore: Revision): void {
    // A read sees at least what was seen before it began: less is another history, as that of a backup.
    if (revision > this.#revision || revision < revisionBefore) this.#moveTo(revision);
    else if (revision < this.#revision) return;
    for (const [index, set] of sets.entries()) this.#add(keyOf(set), subjectSets[index] ?? []);
  }

  /** A commit of this process tells what it changed: all else stays as it is. */
  committed({ revision, deltas }: Pick<Change, 'revision' | 'deltas'>): void {
    if (revision !== this.#revision + 1) return; // The next read tells of the others.
    this.#revision = revision;
    for (const { tuple } of deltas) {
      if (tuple.subject.kind === 'set') this.#forget(tuple);
    }
  }

  #add(key: string, members: readonly SubjectSet[]): void {
    const entries = members.length + 1;
    // One that is so large would push out all the others.
    if (this.#young.has(key) || entries > this.#maxEntries / 8) return;
    if (this.#youngEntries + entries > this.#maxEntries / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngEntries = 0;
    }
    this.#young.set(key, members);
    this.#youngEntries += entries;
  }

  #forget(tuple: RelationTuple): void {
    const key = keyOf(tuple);
    this.#young.delete(key);
    this.#old.delete(key);
  }

  #moveTo(revision: Revision): void {
    this.#revision = revision;
    this.#since = performance.now();
    if (this.#young.size > 0) this.#young = new Map();
    if (this.#old.size > 0) this.#old = new Map();
    this.#youngEntries = 0;
  }
}

/** Names may hold any character, so their lengths tell them apart. */
function keyOf({ namespace, object, relation }: SubjectSet): string {
  return `${namespace.length},${relation.length}:${namespace}${relation}${object}`;
}
