import { create } from '@bufbuild/protobuf';
import type { Subject } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import {
  SubjectFilter_Kind as Kind,
  type ListObjectsRequest,
  ListObjectsRequestSchema,
  type ListObjectsResponse,
  type ListPermissionsRequest,
  ListPermissionsRequestSchema,
  type ListPermissionsResponse,
  type ListSubjectsRequest,
  ListSubjectsRequestSchema,
  type ListSubjectsResponse,
  type SubjectFilter,
  SubjectFilterSchema,
} from '#gen/stheno/v1/lookup_service_pb.js';
import { InvalidArgumentError, MissingSubjectError } from '../../errors.ts';
import type { LookupService } from '../../service/lookup-service.ts';
import { type Answer, ok } from './answer.ts';
import { consistencyMessageOf } from './consistency-parameters.ts';
import { maxDepthOf, pageSizeOf } from './integer-parameter.ts';
import { pageTokenOf } from './list-routes.ts';
import * as lookup from './openapi/lookup-operations.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import type { QueryParameters } from './query-parameters.ts';
import { type RestRequest, serve } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';
import { subjectToJson } from './tuple-json.ts';
import { subjectOf } from './tuple-query.ts';

type Lookup = Pick<LookupService, 'listObjects' | 'listSubjects' | 'listPermissions'>;

/** Checks turned around: which objects, which subjects, which permissions? */
export function lookupRoutes({ lookup: service }: { lookup: Lookup }): DescribedRoute[] {
  const objects = serve(objectsFromQuery, (message, call) => service.listObjects(message, call), objectsAnswer);
  const subjects = serve(subjectsFromQuery, (message, call) => service.listSubjects(message, call), subjectsAnswer);
  const permissions = serve(
    permissionsFromQuery,
    (message, call) => service.listPermissions(message, call),
    permissionsAnswer,
  );
  return [
    { method: 'GET', path: '/relation-tuples/list-objects', operation: lookup.listObjects, handle: objects },
    { method: 'GET', path: '/relation-tuples/list-subjects', operation: lookup.listSubjects, handle: subjects },
    {
      method: 'GET',
      path: '/relation-tuples/list-permissions',
      operation: lookup.listPermissions,
      handle: permissions,
    },
  ];
}

function objectsFromQuery({ query }: RestRequest): ListObjectsRequest {
  const subject = requiredSubject(query);
  return create(ListObjectsRequestSchema, {
    namespace: required(query, 'namespace'),
    relation: required(query, 'relation'),
    subject,
    ...pageOf(query),
    ...askedOf(query),
  });
}

function subjectsFromQuery({ query }: RestRequest): ListSubjectsRequest {
  return create(ListSubjectsRequestSchema, {
    namespace: required(query, 'namespace'),
    object: required(query, 'object'),
    relation: required(query, 'relation'),
    filter: filterOf(query),
    ...pageOf(query),
    ...askedOf(query),
  });
}

function permissionsFromQuery({ query }: RestRequest): ListPermissionsRequest {
  const subject = requiredSubject(query);
  return create(ListPermissionsRequestSchema, {
    namespace: required(query, 'namespace'),
    object: required(query, 'object'),
    subject,
    relations: [...(query.all('relation') ?? [])],
    ...askedOf(query),
  });
}

/** @throws {MissingSubjectError} {InvalidArgumentError} when there is not one subject, or a parameter cannot be read */
function requiredSubject(query: QueryParameters): Subject {
  const subject = subjectOf(query);
  if (subject === undefined) throw new MissingSubjectError();
  return subject;
}

/** @throws {InvalidArgumentError} when it is missing, or a parameter cannot be read */
function required(query: QueryParameters, name: string): string {
  query.requireReadable();
  const value = query.first(name);
  if (value === undefined) throw new InvalidArgumentError({ message: `query parameter "${name}" is missing` });
  return value;
}

function pageOf(query: QueryParameters): { pageSize: number; pageToken: string } {
  return { pageSize: pageSizeOf(query), pageToken: pageTokenOf(query) };
}

function askedOf(query: QueryParameters) {
  return { maxDepth: maxDepthOf(query), consistency: consistencyMessageOf(query) };
}

function kindOf(query: QueryParameters): Kind {
  const text = query.firstNonEmpty('subject_kind');
  switch (text) {
    case '':
      return Kind.UNSPECIFIED;
    case 'id':
      return Kind.ID;
    case 'set':
      return Kind.SET;
    default:
      throw new InvalidArgumentError({
        message: `query parameter "subject_kind" must be id or set, not ${JSON.stringify(text)}`,
      });
  }
}

function filterOf(query: QueryParameters): SubjectFilter {
  const filter = create(SubjectFilterSchema, { kind: kindOf(query) });
  const [namespace, relation] = [query.first('subject_namespace'), query.first('subject_relation')];
  if (namespace !== undefined) filter.namespace = namespace;
  if (relation !== undefined) filter.relation = relation;
  return filter;
}

function objectsAnswer({ objects, ...rest }: ListObjectsResponse): Answer {
  return ok({ objects, ...pageToJson(rest) }, snaptokenHeader(rest.snaptoken));
}

function subjectsAnswer({ subjects, ...rest }: ListSubjectsResponse): Answer {
  return ok({ subjects: subjects.map(subjectToJson), ...pageToJson(rest) }, snaptokenHeader(rest.snaptoken));
}

function pageToJson({
  nextPageToken,
  snaptoken,
  limitation,
  modelId,
}: Pick<ListObjectsResponse, 'nextPageToken' | 'snaptoken' | 'limitation' | 'modelId'>) {
  return {
    next_page_token: nextPageToken,
    snaptoken,
    ...(limitation !== '' && { limitation }),
    model_id: modelId,
  };
}

function permissionsAnswer({ relations, undetermined, snaptoken, modelId }: ListPermissionsResponse): Answer {
  const missing = undetermined.map(({ relation, limitation }) => ({ relation, limitation }));
  const answer = { relations, ...(missing.length > 0 && { undetermined: missing }), snaptoken, model_id: modelId };
  return ok(answer, snaptokenHeader(snaptoken));
}
