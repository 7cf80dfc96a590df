import { NamespaceNotFoundError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { RelationQuery } from '../tuple/relation-tuple.ts';

/**
 * The error for a namespace of the query that the model does not have, if there is one.
 * It is the caller's to throw: stored tuples of a namespace that left the model can still be
 * listed and deleted, so the error matters only when nothing stored matches.
 */
export function unknownNamespace(query: RelationQuery, model: Model): NamespaceNotFoundError | undefined {
  try {
    if (query.namespace !== undefined) model.require(query.namespace);
    if (query.subject?.kind === 'set') model.require(query.subject.namespace);
    return undefined;
  } catch (error) {
    if (error instanceof NamespaceNotFoundError) return error;
    throw error;
  }
}
