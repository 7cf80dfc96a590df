import type { Snaptokens } from '../service/snaptokens.ts';
import { WatchService } from '../service/watch-service.ts';
import { ChangeTail } from '../watch/change-tail.ts';
import type { Parts } from './parts.ts';

/** Watching, with one reader of the change log for all who watch. */
export function buildWatch(
  { persister, namespaces, current, metrics }: Pick<Parts, 'persister' | 'namespaces' | 'current' | 'metrics'>,
  snaptokens: Snaptokens,
): WatchService {
  const tail = new ChangeTail({ feed: persister });
  metrics.addGauge({ name: 'stheno_watches', help: 'Watches that are open.', read: () => tail.readerCount });
  const maxWatches = (): number => current().feed.max_watches;
  const watch = new WatchService({ tail, namespaces, snaptokens, maxWatches });
  metrics.addGauge({ name: 'stheno_watches_max', help: 'Watches that may be open at once.', read: maxWatches });
  metrics.addCounter({
    name: 'stheno_watches_refused_total',
    help: 'Watches that were refused because as many were open as may be.',
    read: () => watch.refusedCount,
  });
  return watch;
}
