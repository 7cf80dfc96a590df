import type { Revision } from '../../../src/persistence/revision.ts';
import type { RelationTuple, TupleDelta } from '../../../src/tuple/relation-tuple.ts';
import type { ChangeFilter } from '../../../src/watch/change-filter.ts';
import type { ChangeTail } from '../../../src/watch/change-tail.ts';
import { type WatchEvent, watchChanges } from '../../../src/watch/watch-changes.ts';

export const EVERYTHING: ChangeFilter = { namespaces: undefined, objectPrefix: '' };

/** Somebody who watches: what was told, in its order. */
export class Watcher implements AsyncDisposable {
  readonly events: WatchEvent[] = [];
  readonly #events: AsyncGenerator<WatchEvent, never, undefined>;
  readonly #leave: () => void;
  #pending: Promise<IteratorResult<WatchEvent, never>> | undefined;

  private constructor(events: AsyncGenerator<WatchEvent, never, undefined>, leave: () => void) {
    this.#events = events;
    this.#leave = leave;
  }

  /** Nothing is read before it is asked for. Without `after` it watches from now. */
  static async open(
    tail: ChangeTail,
    options: { after?: Revision; filter?: ChangeFilter; heartbeatMs?: number } = {},
  ): Promise<Watcher> {
    const { filter = EVERYTHING, heartbeatMs = 60_000 } = options;
    const reader = tail.open();
    const newest = await reader.newest();
    const stop = new AbortController();
    const { signal } = stop;
    const events = watchChanges(reader, { after: options.after ?? newest, filter, heartbeatMs, signal });
    return new Watcher(events, () => {
      stop.abort();
      reader[Symbol.dispose]();
    });
  }

  async next(): Promise<WatchEvent> {
    this.#pending ??= this.#events.next();
    const { value } = await this.#pending;
    this.#pending = undefined;
    this.events.push(value);
    return value;
  }

  /** Reads until an event has reached a revision. */
  async until(revision: Revision): Promise<void> {
    while ((this.events.at(-1)?.revision ?? 0) < revision) await this.next();
  }

  get deltas(): TupleDelta[] {
    return this.events.flatMap((event) => (event.kind === 'tuples' ? event.deltas : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
    await this.#pending?.catch(() => {});
    await this.#events.return(undefined as never).catch(() => {}); // it has no value to return
  }
}

/** What is stored once the changes are applied to nothing, as texts in some order. */
export function replay(deltas: readonly TupleDelta[]): Set<string> {
  const stored = new Set<string>();
  for (const { action, tuple } of deltas) {
    if (action === 'insert') stored.add(keyOf(tuple));
    else stored.delete(keyOf(tuple));
  }
  return stored;
}

export function keyOf({ namespace, object, relation, subject }: RelationTuple): string {
  return JSON.stringify([namespace, object, relation, subject]);
}
