import {
  SubjectFilter_Kind as Kind,
  type ListObjectsRequest,
  type ListSubjectsRequest,
  type SubjectFilter as SubjectFilterMessage,
} from '#gen/stheno/v1/lookup_service_pb.js';
import type { ListLimitation, ObjectsQuestion, SubjectFilter, SubjectsQuestion } from '../engine/permission-engine.ts';
import { InvalidArgumentError, MissingSubjectError } from '../errors.ts';
import { subjectFromProto } from './messages.ts';
import type { PagedQuestion } from './page-tokens.ts';

/** @throws {MissingSubjectError} */
export function objectsQuestion({
  namespace,
  relation,
  subject: message,
}: Pick<ListObjectsRequest, 'namespace' | 'relation' | 'subject'>): ObjectsQuestion {
  const subject = subjectFromProto(message);
  if (subject === undefined) throw new MissingSubjectError();
  return { namespace, relation, subject };
}

/** @throws {InvalidArgumentError} for a filter that contradicts itself */
export function subjectsQuestion({
  namespace,
  object,
  relation,
  filter,
}: Pick<ListSubjectsRequest, 'namespace' | 'object' | 'relation' | 'filter'>): SubjectsQuestion {
  return { set: { namespace, object, relation }, filter: filterFromProto(filter) };
}

function filterFromProto(message: SubjectFilterMessage | undefined): SubjectFilter | undefined {
  if (message === undefined) return undefined;
  const { namespace, relation } = message;
  const kind = kindFromProto(message.kind);
  if (kind === 'id' && (namespace !== undefined || relation !== undefined)) {
    throw new InvalidArgumentError({ message: 'subject ids have no namespace and no relation to filter by' });
  }
  return { kind, namespace, relation };
}

function kindFromProto(kind: Kind): SubjectFilter['kind'] {
  switch (kind) {
    case Kind.UNSPECIFIED:
      return undefined;
    case Kind.ID:
      return 'id';
    case Kind.SET:
      return 'set';
    default:
      throw new InvalidArgumentError({ message: `subject kind ${kind satisfies never} does not exist` });
  }
}

/** What a page token of the question belongs to. */
export function objectsBinding({ namespace, relation, subject }: ObjectsQuestion): PagedQuestion {
  const parts = subject.kind === 'id' ? [subject.id] : [subject.namespace, subject.object, subject.relation];
  return ['objects', namespace, relation, ...parts];
}

/** What a page token of the question belongs to. */
export function subjectsBinding({ set, filter = {} }: SubjectsQuestion): PagedQuestion {
  const { kind = null, namespace = null, relation = null } = filter;
  return ['subjects', set.namespace, set.object, set.relation, kind, namespace, relation];
}

const LIMITATIONS: Readonly<Record<ListLimitation, string>> = {
  depth: 'DEPTH',
  nodes: 'NODES',
  'undeclared-relation': 'UNDECLARED_RELATION',
  contradiction: 'CONTRADICTION',
};

/** Why a list is not complete, as `stheno.v1` names it; empty when it is. */
export function listLimitationName(limitation: ListLimitation | undefined): string {
  return limitation === undefined ? '' : LIMITATIONS[limitation];
}
