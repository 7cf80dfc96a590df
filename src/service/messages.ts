import { create } from '@bufbuild/protobuf';
import {
  type RelationQuery as RelationQueryMessage,
  type RelationTuple as RelationTupleMessage,
  RelationTupleSchema,
  type Subject as SubjectMessage,
  SubjectSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { MissingSubjectError } from '../errors.ts';
import type { RelationQuery, RelationTuple, Subject } from '../tuple/relation-tuple.ts';

/** A subject as it came, or undefined when the message or its oneof is unset. */
export function subjectFromProto(message: SubjectMessage | undefined): Subject | undefined {
  switch (message?.ref.case) {
    case 'id':
      return { kind: 'id', id: message.ref.value };
    case 'set': {
      const { namespace, object, relation } = message.ref.value;
      return { kind: 'set', namespace, object, relation };
    }
    case undefined:
      return undefined;
  }
}

export function subjectToProto(subject: Subject): SubjectMessage {
  if (subject.kind === 'id') return create(SubjectSchema, { ref: { case: 'id', value: subject.id } });
  const { namespace, object, relation } = subject;
  return create(SubjectSchema, { ref: { case: 'set', value: { namespace, object, relation } } });
}

/** The four parts of a tuple, as they stand in several messages. */
export type TupleParts = Pick<RelationTupleMessage, 'namespace' | 'object' | 'relation' | 'subject'>;

/** @throws {MissingSubjectError} when there is no subject */
export function tupleFromProto(message: TupleParts): RelationTuple {
  const subject = subjectFromProto(message.subject);
  if (subject === undefined) throw new MissingSubjectError();
  return { namespace: message.namespace, object: message.object, relation: message.relation, subject };
}

export function tupleToProto(tuple: RelationTuple): RelationTupleMessage {
  const { namespace, object, relation } = tuple;
  return create(RelationTupleSchema, { namespace, object, relation, subject: subjectToProto(tuple.subject) });
}

/** A filter in which presence is explicit: a field that is present filters, also when it is empty. */
export function queryFromProto(message: RelationQueryMessage): RelationQuery {
  const { namespace, object, relation } = message;
  return { namespace, object, relation, subject: subjectFromProto(message.subject) };
}

/** The deprecated form of a filter: an empty string does not restrict. */
export function queryFromDeprecatedProto(message: TupleParts): RelationQuery {
  return {
    namespace: message.namespace || undefined,
    object: message.object || undefined,
    relation: message.relation || undefined,
    subject: subjectFromProto(message.subject),
  };
}
