import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from './abort.ts';
import { fetchLongStrings } from './long-strings.ts';
import type { CallOptions, Committed, PartialTupleDeletion, SqlSession } from './sql-database.ts';
import { fromStoredTuple, type StoredTuple } from './stored-tuple.ts';
import { keyOf, type PlannedChange, type WritePlan } from './write-plan.ts';

/** How many rows one statement reads: two or three milliseconds of work. */
const PAGE_ROWS = 1000;

/**
 * Deletes page by page, and others get their turn in between; inside a transaction that holds the lock of the network's
 * head.
 * @param apply carries out a plan
 */
export async function deleteInPages(
  { page, limit, onMore }: PartialTupleDeletion,
  { session, apply, signal }: { session: SqlSession; apply: (plan: WritePlan) => Promise<Committed> } & CallOptions,
): Promise<Committed> {
  const changes = new Map<string, PlannedChange>();
  let size = 0;
  let seen = 0;
  let after: StoredTuple | undefined;
  for (let isLast = false; !isLast; ) {
    throwIfAborted(signal);
    // One more than may be deleted tells whether there are more.
    const wanted = Math.min(PAGE_ROWS, limit + 1 - seen);
    // The statement selects the six tuple columns.
    const rows = (await session.query(page(after, wanted), { signal })) as unknown as readonly StoredTuple[];
    const restore = await fetchLongStrings(session, rows, { signal });
    for (const stored of rows.slice(0, limit - seen)) {
      const key = keyOf(stored);
      changes.set(key, { delta: { action: 'delete', tuple: fromStoredTuple(stored, restore) }, stored });
      size += key.length;
    }
    seen += rows.length;
    after = rows.at(-1);
    isLast = rows.length < wanted || seen > limit;
    await setImmediate();
  }
  onMore(seen > limit);
  return apply({ changes, longStrings: new Map(), size });
}
