import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { JsonObject } from './output/json.ts';

/** A tuple as every output shows it in JSON (contract: REST §2.1). */
export function tupleToJson({ namespace, object, relation, subject }: RelationTuple): JsonObject {
  const parts = { namespace, object, relation };
  if (subject.kind === 'id') return { ...parts, subject_id: subject.id };
  const { namespace: setNamespace, object: setObject, relation: setRelation } = subject;
  return { ...parts, subject_set: { namespace: setNamespace, object: setObject, relation: setRelation } };
}
