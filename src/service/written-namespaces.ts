import type { Model } from '../namespace/model.ts';
import type { TupleReader } from '../persistence/tuple-reader.ts';
import type { TupleDelta } from '../tuple/relation-tuple.ts';
import { requireNamespaces, unknownNamespace } from './query-namespaces.ts';
import type { Call } from './rpc-service.ts';

/**
 * Every namespace of a write must be known, also those of deletes; but a stored tuple can be deleted after its
 * namespace left the model.
 * @throws {NamespaceNotFoundError}
 */
export async function requireWrittenNamespaces(
  deltas: readonly TupleDelta[],
  { model, reader, call }: { model: Model; reader: Pick<TupleReader, 'readFacts'>; call: Pick<Call, 'signal'> },
): Promise<void> {
  const leftovers = deltas.filter(({ tuple }) => unknownNamespace(tuple, model) !== undefined);
  if (leftovers.length === 0) return;
  for (const { action, tuple } of leftovers) {
    if (action === 'insert') requireNamespaces(tuple, model);
  }
  const tuples = leftovers.map(({ tuple }) => tuple);
  const { stored } = await reader.readFacts({ tuples, sets: [] }, { signal: call.signal });
  const missing = tuples.find((_, index) => !stored[index]);
  if (missing !== undefined) requireNamespaces(missing, model);
}
