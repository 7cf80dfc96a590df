import type { RelationQuery } from '../../tuple/relation-tuple.ts';
import type { TupleColumn } from './schema.ts';
import { toStoredString, toWellFormed } from './stored-string.ts';
import { toStoredSubject } from './stored-tuple.ts';

/** The columns that a query fixes, with the stored forms they must be equal to. */
export type TupleFilter = ReadonlyMap<TupleColumn, string>;

/** @param subjectObject the object whose sets are the subjects, when the query has no subject */
export function toTupleFilter(
  { namespace, object, relation, subject }: RelationQuery,
  subjectObject?: { readonly namespace: string; readonly object: string },
): TupleFilter {
  const filter = new Map<TupleColumn, string>();
  if (namespace !== undefined) filter.set('namespace', toStoredString(toWellFormed(namespace)));
  if (object !== undefined) filter.set('object', toStoredString(toWellFormed(object)));
  if (relation !== undefined) filter.set('relation', toStoredString(toWellFormed(relation)));
  if (subject !== undefined) {
    const [subjectNamespace, subjectObject, subjectRelation] = toStoredSubject(subject);
    filter.set('subject_namespace', subjectNamespace);
    filter.set('subject_object', subjectObject);
    filter.set('subject_relation', subjectRelation);
  } else if (subjectObject !== undefined) {
    const [subjectNamespace, subjectName] = toStoredSubject({ kind: 'set', ...subjectObject, relation: '' });
    filter.set('subject_namespace', subjectNamespace);
    filter.set('subject_object', subjectName);
  }
  return filter;
}
