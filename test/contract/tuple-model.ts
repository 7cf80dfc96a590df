import type { RelationQuery, RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';

/** The order of listings: by bytes, subject ids before subject sets. */
export function compareTuples(a: RelationTuple, b: RelationTuple): number {
  const [left, right] = [sortKeys(a), sortKeys(b)];
  for (const [index, key] of left.entries()) {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(right[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

export function matchesQuery(tuple: RelationTuple, query: RelationQuery): boolean {
  return (
    (query.namespace ?? tuple.namespace) === tuple.namespace &&
    (query.object ?? tuple.object) === tuple.object &&
    (query.relation ?? tuple.relation) === tuple.relation &&
    (query.subject === undefined || subjectKey(query.subject) === subjectKey(tuple.subject))
  );
}

export function tupleKey({ namespace, object, relation, subject }: RelationTuple): string {
  return JSON.stringify([namespace, object, relation, subjectKey(subject)]);
}

function sortKeys({ namespace, object, relation, subject }: RelationTuple): string[] {
  const parts =
    subject.kind === 'id' ? ['id', '', subject.id, ''] : ['set', subject.namespace, subject.object, subject.relation];
  return [namespace, object, relation, ...parts];
}

function subjectKey(subject: Subject): string {
  return subject.kind === 'id'
    ? JSON.stringify([subject.id])
    : JSON.stringify([subject.namespace, subject.object, subject.relation]);
}
