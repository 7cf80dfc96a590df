import { create } from '@bufbuild/protobuf';
import {
  type RelationQuery,
  RelationQuerySchema,
  type RelationTuple,
  RelationTupleSchema,
  type Subject,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { InvalidArgumentError, MissingSubjectError } from '../../errors.ts';
import type { QueryParameters } from './query-parameters.ts';
import { subjectMessage } from './tuple-json.ts';

const SUBJECT_ID = 'subject_id';
const SET_NAMESPACE = 'subject_set.namespace';
const SET_OBJECT = 'subject_set.object';
const SET_RELATION = 'subject_set.relation';

/** The parameters that a filter is made of. */
export const TUPLE_PARAMETERS: readonly string[] = [
  'namespace',
  'object',
  'relation',
  SUBJECT_ID,
  SET_NAMESPACE,
  SET_OBJECT,
  SET_RELATION,
];

/**
 * The filter of a query (contract: REST §3): a parameter that is present filters, also when it is empty.
 * @throws {InvalidArgumentError} when a parameter cannot be read or the subject is not one subject
 */
export function relationQueryOf(query: QueryParameters): RelationQuery {
  const subject = subjectOf(query);
  query.requireReadable();
  const message = create(RelationQuerySchema);
  for (const key of ['namespace', 'object', 'relation'] as const) {
    const value = query.first(key);
    if (value !== undefined) message[key] = value;
  }
  if (subject !== undefined) message.subject = subject;
  return message;
}

/**
 * The tuple of a query, of which every part must be there. Without a readable subject the contract's
 * text for a missing one comes first, whatever else is wrong.
 * @throws {InvalidArgumentError} as for a filter, and when a part is missing
 */
export function tupleOf(query: QueryParameters): RelationTuple {
  const subject = subjectOf(query);
  if (subject === undefined) throw new MissingSubjectError();
  query.requireReadable();
  const [namespace, object, relation] = [query.first('namespace'), query.first('object'), query.first('relation')];
  if (namespace === undefined || object === undefined || relation === undefined) {
    throw new InvalidArgumentError({
      message: 'incomplete tuple, provide "namespace", "object", "relation", and a subject',
    });
  }
  return { $typeName: RelationTupleSchema.typeName, namespace, object, relation, subject };
}

/**
 * The subject of a query; undefined without one. An absent relation of a set is the empty one, because generated
 * clients drop empty strings.
 * @throws {InvalidArgumentError} when it is not one subject
 */
export function subjectOf(query: QueryParameters): Subject | undefined {
  if (query.has('subject')) throw new InvalidArgumentError({});
  const id = query.first(SUBJECT_ID);
  const [namespace, object, relation] = [
    query.first(SET_NAMESPACE),
    query.first(SET_OBJECT),
    query.first(SET_RELATION),
  ];
  const hasSet = namespace !== undefined || object !== undefined || relation !== undefined;
  if (!hasSet) return subjectMessage(id, undefined);
  if (id !== undefined) {
    throw new InvalidArgumentError({ message: 'exactly one of subject_set or subject_id has to be provided' });
  }
  if (namespace === undefined || object === undefined) {
    throw new InvalidArgumentError({
      message: 'incomplete subject, provide "subject_id" or a complete "subject_set.*"',
    });
  }
  return subjectMessage(undefined, { namespace, object, relation: relation ?? '' });
}
