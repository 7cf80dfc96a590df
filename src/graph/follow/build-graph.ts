import type { ChangeFeed, ReadChangesOptions } from '../../persistence/change-feed.ts';
import { ChangeLogError } from '../../persistence/change-log-error.ts';
import type { TupleScanner } from '../../persistence/tuple-scanner.ts';
import type { RelationTuple } from '../../tuple/relation-tuple.ts';
import { ChangeApplier, type ChangeApplierOptions } from './change-applier.ts';
import type { FollowedGraph } from './followed-graph.ts';
import { type LoadTuplesOptions, loadTuples } from './load-tuples.ts';

/** How many changes are read at once, and how many bytes of them. */
export const CHANGE_PAGE: Omit<ReadChangesOptions, 'signal'> = { limit: 1000, maxBytes: 4 * 1024 * 1024 };

/** A store with more is loaded beside this thread where that is possible: starting another takes longer than so few pages. */
const FEW_PAGES = 1;

/** Above every revision: whoever claims to be there is told the newest one and nothing else. */
const BEYOND = Number.MAX_SAFE_INTEGER;

/**
 * Fills a graph in another thread with all tuples, each page of them read after the call; undefined when that cannot be
 * done, so that it has to be done in this one.
 * @throws the signal's reason
 */
export type LoadAside<G> = (signal: AbortSignal) => Promise<G | undefined>;

export type GraphSource = TupleScanner & Pick<ChangeFeed, 'readChanges'>;

interface LoadOptions<G> extends Pick<LoadTuplesOptions, 'isAwaited'> {
  readonly loadAside?: LoadAside<G> | undefined;
}

/**
 * Fills a graph with what is stored while writes go on, without a snapshot that would have to be held for all that time.
 * Tuples are read page by page, then the changes since before the first page are applied up to a revision that is newer
 * than the last page. The last change of a tuple decides whether it is stored; a tuple without one was stored, or not, on
 * every page alike (docs/adr/0012).
 * @throws {ChangeLogError} when changes are missing; what the database throws; the signal's reason
 */
export async function buildGraph<G extends FollowedGraph>(
  source: GraphSource,
  options: Omit<ChangeApplierOptions<G>, 'revision'> & LoadOptions<G>,
  signal: AbortSignal,
): Promise<ChangeApplier<G>> {
  const { newest: revision } = await source.readChanges(BEYOND, { limit: 1, signal });
  const { isAwaited, loadAside, ...applied } = options;
  let applier = new ChangeApplier({ ...applied, revision });
  const loading = { scanner: source, insert: (tuple: RelationTuple) => applier.insertStored(tuple), signal, isAwaited };
  const after = await loadTuples({ ...loading, maxPages: FEW_PAGES });
  if (after !== undefined) {
    const graph = await loadAside?.(signal);
    if (graph === undefined) await loadTuples({ ...loading, after });
    else applier = new ChangeApplier({ ...applied, graph, revision });
  }
  for (;;) {
    const { newest, floor, changes, checksum } = await source.readChanges(applier.target, { ...CHANGE_PAGE, signal });
    if (floor > applier.target) throw new ChangeLogError('changes were taken out of the log before they were applied');
    applier.take(changes);
    await applier.idle();
    signal.throwIfAborted();
    if (applier.revision < newest) continue;
    applier.startVerifying();
    applier.verify(checksum);
    return applier;
  }
}
