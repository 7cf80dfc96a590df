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
    requireNamespaces(query, model);
    return undefined;
  } catch (error) {
    if (error instanceof NamespaceNotFoundError) return error;
    throw error;
  }
}

/** @throws {NamespaceNotFoundError} when the model lacks the namespace of the object or of the subject set */
export function requireNamespaces({ namespace, subject }: RelationQuery, model: Model): void {
  if (namespace !== undefined) model.require(namespace);
  if (subject?.kind === 'set') model.require(subject.namespace);
}
