import type { Snaptokens } from '../service/snaptokens.ts';
import { WatchService } from '../service/watch-service.ts';
import { ChangeTail } from '../watch/change-tail.ts';
import type { Parts } from './parts.ts';

/** Watching, with one reader of the change log for all who watch. */
export function buildWatch(
  { persister, namespaces, metrics }: Pick<Parts, 'persister' | 'namespaces' | 'metrics'>,
  snaptokens: Snaptokens,
): WatchService {
  const tail = new ChangeTail({ feed: persister });
  metrics.addGauge({ name: 'stheno_watches', help: 'Watches that are open.', read: () => tail.readerCount });
  return new WatchService({ tail, namespaces, snaptokens });
}
