import { setImmediate } from 'node:timers/promises';
import { SthenoError } from '../../errors.ts';
import type { RelationQuery, RelationTuple } from '../../tuple/relation-tuple.ts';
import type { ChangeFeed } from '../change-feed.ts';
import type { Revision } from '../revision.ts';
import type { PagePosition, TupleReader } from '../tuple-reader.ts';
import type { CallOptions } from './sql-database.ts';
import { toTupleFilter } from './tuple-filter.ts';
import { UndoList } from './undo-list.ts';

/** How many tuples a page has: two or three milliseconds of work, most of it for whoever encodes them. */
const PAGE_TUPLES = 300;

/** How many changes are read at once; their bytes are bounded besides. */
const CHANGES_PER_PAGE = 1000;

/**
 * All tuples of a revision, which was the newest one a moment ago. Each page is read from the newest state, and what
 * was changed since the revision is taken back by the change log: a snapshot would have to be kept open for as long as
 * the slowest client takes, and would hold up the writers of a memory database.
 */
export async function* exportPages(
  { query, revision }: { query: RelationQuery; revision: Revision },
  { reader, feed, signal }: { reader: TupleReader; feed: Pick<ChangeFeed, 'readChanges'> } & CallOptions,
): AsyncGenerator<readonly RelationTuple[]> {
  const undo = new UndoList({ filter: toTupleFilter(query) });
  let known = revision;
  let after: PagePosition | undefined;
  do {
    const page = await reader.listTuples(query, { limit: PAGE_TUPLES, after, signal });
    // What is read beyond the page's own revision does no harm: what was there before is known from a tuple's first change.
    while (known < page.revision) known = await addChanges(undo, known, { feed, signal });
    const tuples = undo.restore(page.tuples, page.next);
    if (tuples.length > 0) yield tuples;
    after = page.next;
    // A reader who takes everything at once would leave no turn to others.
    await setImmediate();
  } while (after !== undefined);
}

/** Notes the next changes; answers the revision up to which they are known now. */
async function addChanges(
  undo: UndoList,
  known: Revision,
  { feed, signal }: { feed: Pick<ChangeFeed, 'readChanges'> } & CallOptions,
): Promise<Revision> {
  const { changes } = await feed.readChanges(known, { limit: CHANGES_PER_PAGE, signal });
  const last = changes.at(-1);
  if (last === undefined) {
    throw new SthenoError('aborted', { message: 'the change log no longer has what changed during the export' });
  }
  for (const { deltas } of changes) undo.add(deltas);
  return last.revision;
}
