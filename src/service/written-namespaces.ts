import type { Model } from '../namespace/model.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import { requireNamespaces, unknownNamespace } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';

/**
 * Every namespace of a write must be known, also those of deletes; but a stored tuple can be deleted after its
 * namespace left the model. Answers the model that knows them: the one in force, or the newest of any server.
 * @throws {NamespaceNotFoundError}
 */
export async function requireWrittenNamespaces(
  deltas: readonly TupleDelta[],
  { models, reader, call }: { models: NewestModel; reader: Pick<TupleReader, 'readFacts'>; call: Call },
): Promise<Model> {
  let model = models.current();
  const isUnknown = ({ tuple }: TupleDelta): boolean => unknownNamespace(tuple, model) !== undefined;
  if (!deltas.some(isUnknown)) return model;
  model = await models.newest(call);
  const leftovers = deltas.filter(isUnknown);
  if (leftovers.length === 0) return model;
  for (const { action, tuple } of leftovers) {
    if (action === 'insert') requireNamespaces(tuple, model);
  }
  const tuples = leftovers.map(({ tuple }) => tuple);
  const { stored } = await reader.readFacts({ tuples, sets: [] }, { signal: call.signal });
  const missing = tuples.find((_, index) => !stored[index]);
  if (missing !== undefined) requireNamespaces(missing, model);
  return model;
}
