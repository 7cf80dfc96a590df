import { create } from '@bufbuild/protobuf';
import { type RelationQuery, RelationQuerySchema } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { subjectToProto } from '../service/messages.ts';
import { type SubjectInput, toSubject } from './tuple-input.ts';

/** Which tuples: a field that is given must be equal, also when it is `''`; one that is not given does not restrict. */
export interface TupleQuery {
  readonly namespace?: string | undefined;
  readonly object?: string | undefined;
  readonly relation?: string | undefined;
  readonly subject?: SubjectInput | undefined;
}

/** @throws {RequestError} `invalid_argument` for a subject that is none */
export function toRelationQuery({ namespace, object, relation, subject }: TupleQuery): RelationQuery {
  return create(RelationQuerySchema, {
    ...(namespace !== undefined && { namespace }),
    ...(object !== undefined && { object }),
    ...(relation !== undefined && { relation }),
    ...(subject !== undefined && { subject: subjectToProto(toSubject(subject)) }),
  });
}
