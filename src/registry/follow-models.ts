import { namespaceSource } from '../config/namespace-source.ts';
import type { FollowedStorage } from '../graph/follow/graph-follower.ts';
import { FreshModels } from '../service/fresh-models.ts';
import type { Parts } from './parts.ts';

/** The model as fresh as the tuples, and the storage as the graph follows it: what is read of its log is told to the model. */
export function followModels({ current, persister, namespaces }: Pick<Parts, 'current' | 'persister' | 'namespaces'>): {
  models: FreshModels;
  followed: FollowedStorage;
} {
  const models = new FreshModels({
    namespaces,
    isStored: () => namespaceSource(current()).kind === 'stored',
    readRevision: () => persister.readRevision(),
  });
  persister.onCommitted((change) => models.told(change));
  const followed: FollowedStorage = {
    get isExclusive() {
      return persister.isExclusive;
    },
    soleNewest: () => persister.soleNewest(),
    readChanges: async (after, options) => {
      const page = await persister.readChanges(after, options);
      models.read(page.changes);
      return page;
    },
    scanTuples: (options) => persister.scanTuples(options),
    onCommitted: (listener) => persister.onCommitted(listener),
    onHint: (listener) => persister.onHint(listener),
  };
  return { models, followed };
}
