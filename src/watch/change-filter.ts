import type { RelationTuple } from '../tuple/relation-tuple.ts';

/** Which tuples somebody wants to hear of. */
export interface ChangeFilter {
  /** Undefined: those of all. */
  readonly namespaces: ReadonlySet<string> | undefined;
  /** Of the object. Empty: any. */
  readonly objectPrefix: string;
}

export function matchesFilter(
  { namespaces, objectPrefix }: ChangeFilter,
  { namespace, object }: RelationTuple,
): boolean {
  return (namespaces === undefined || namespaces.has(namespace)) && object.startsWith(objectPrefix);
}
