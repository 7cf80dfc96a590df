import { NamespaceNotFoundError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { RelationQuery } from '../tuple/relation-tuple.ts';
import type { NewestModel } from './fresh-models.ts';
import type { Call } from './rpc-service.ts';

/**
 * The error for a namespace of the query that the model does not have, if there is one.
 * It is the caller's to throw: stored tuples of a namespace that left the model can still be
 * listed and deleted, so the error matters only when nothing stored matches.
 */
export function unknownNamespace(query: RelationQuery, model: Model): NamespaceNotFoundError | undefined {
  try {
    requireNamespaces(query, model);
    return undefined;
  } catch (error) {
    if (error instanceof NamespaceNotFoundError) return error;
    throw error;
  }
}

/** The same when the newest model of any server does not have it either. */
export async function unknownToNewest(
  query: RelationQuery,
  models: NewestModel,
  call: Call,
): Promise<NamespaceNotFoundError | undefined> {
  if (unknownNamespace(query, models.current()) === undefined) return undefined;
  return unknownNamespace(query, await models.newest(call));
}

/** @throws {NamespaceNotFoundError} when the model lacks the namespace of the object or of the subject set */
export function requireNamespaces({ namespace, subject }: RelationQuery, model: Model): void {
  if (namespace !== undefined) model.require(namespace);
  if (subject?.kind === 'set') model.require(subject.namespace);
}
