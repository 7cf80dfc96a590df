import { setImmediate } from 'node:timers/promises';
import type { ScanPage, TupleScanner } from '../../persistence/tuple-scanner.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';

/** A page is read and turned into tuples at once on some databases: few milliseconds of work. */
const PAGE_TUPLES = 2000;
/** After this much work others get their turn. */
const MAX_TURN_MS = 4;

/**
 * Gives every stored tuple to `insert`. Each page is read at a revision of its own, all of them between the call and its
 * end; the next one is read while one is inserted.
 * @throws what the database throws, or the signal's reason
 */
export async function loadTuples({
  scanner,
  insert,
  signal,
}: {
  scanner: TupleScanner;
  insert: (tuple: RelationTuple) => void;
  signal: AbortSignal;
}): Promise<void> {
  const read = (after?: ScanPage['next']) => {
    const page = scanner.scanTuples({ limit: PAGE_TUPLES, after, signal });
    page.catch(() => {}); // It is awaited after the page before is inserted.
    return page;
  };
  let reading: Promise<ScanPage> | undefined = read();
  while (reading !== undefined) {
    const { tuples, next }: ScanPage = await reading;
    reading = next === undefined ? undefined : read(next);
    await insertInTurns(tuples, insert, signal);
  }
}

async function insertInTurns(
  tuples: readonly RelationTuple[],
  insert: (tuple: RelationTuple) => void,
  signal: AbortSignal,
): Promise<void> {
  let turnEndsMs = performance.now() + MAX_TURN_MS;
  for (const [index, tuple] of tuples.entries()) {
    insert(tuple);
    if (index % 64 !== 63 || performance.now() < turnEndsMs) continue;
    await setImmediate();
    signal.throwIfAborted();
    turnEndsMs = performance.now() + MAX_TURN_MS;
  }
  // Also after a short page: on some databases reading one blocks as inserting does.
  await setImmediate();
  signal.throwIfAborted();
}
