import { setImmediate } from 'node:timers/promises';
import type { Change, ChangeFeed, ChangePage } from '../persistence/change-feed.ts';
import type { Revision } from '../persistence/revision.ts';

/** Small, since each reader who is behind holds one for as long as its client takes. */
const PAGE = { limit: 500, maxBytes: 64 * 1024 };
/** A change with more deltas is held once, however many readers have it: it may be larger than everything else together. */
const MIN_LARGE_DELTAS = 2000;

/**
 * Reads the change log for those who are behind: for whoever asks for the same place at once, and one page after another,
 * so that many who come back together do not take the database from the others.
 */
export class PastChanges {
  readonly #feed: Pick<ChangeFeed, 'readChanges'>;
  readonly #pages = new Map<Revision, Promise<ChangePage>>();
  readonly #large = new Map<Revision, WeakRef<Change>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor({ feed }: { feed: Pick<ChangeFeed, 'readChanges'> }) {
    this.#feed = feed;
  }

  /** What `ChangeFeed.readChanges` says of the first changes after `after`. @throws what it throws */
  read(after: Revision): Promise<ChangePage> {
    const known = this.#pages.get(after);
    if (known !== undefined) return known;
    const page = this.#last.then(() => this.#read(after));
    this.#pages.set(after, page);
    this.#last = page.catch(() => {}).finally(() => this.#pages.delete(after));
    return page;
  }

  /** The change, or the same one that somebody holds already. */
  share(change: Change): Change {
    if (change.deltas.length < MIN_LARGE_DELTAS) return change;
    const held = this.#large.get(change.revision)?.deref();
    if (held !== undefined) return held;
    for (const [revision, ref] of this.#large) if (ref.deref() === undefined) this.#large.delete(revision);
    this.#large.set(change.revision, new WeakRef(change));
    return change;
  }

  async #read(after: Revision): Promise<ChangePage> {
    // Some databases answer in the same turn; others get theirs in between.
    await setImmediate();
    const page = await this.#feed.readChanges(after, PAGE);
    return { ...page, changes: page.changes.map((change) => this.share(change)) };
  }
}
