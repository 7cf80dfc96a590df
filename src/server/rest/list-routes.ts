import { create } from '@bufbuild/protobuf';
import type { ListNamespacesResponse } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import {
  type ListRelationTuplesRequest,
  ListRelationTuplesRequestSchema,
  type ListRelationTuplesResponse,
} from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { InvalidArgumentError } from '../../errors.ts';
import type { PageTokens } from '../../service/page-tokens.ts';
import { type Answer, ok } from './answer.ts';
import { consistencyOf } from './consistency-parameters.ts';
import { pageSizeOf } from './integer-parameter.ts';
import { decodeQueryText, type QueryParameters } from './query-parameters.ts';
import type { RestRequest } from './route.ts';
import { tupleToJson } from './tuple-json.ts';
import { relationQueryOf } from './tuple-query.ts';

/** Over REST a token is looked at before everything behind it, also before the namespaces (contract: REST §5). */
export function listFromQuery(
  pageTokens: Pick<PageTokens, 'verify'>,
): (request: RestRequest) => ListRelationTuplesRequest {
  return ({ query }) => {
    const relationQuery = relationQueryOf(query);
    const pageToken = pageTokenOf(query);
    if (pageToken !== '') pageTokens.verify(pageToken);
    const pageSize = pageSizeOf(query);
    const { snaptoken } = consistencyOf(query);
    return create(ListRelationTuplesRequestSchema, { relationQuery, pageToken, pageSize, snaptoken });
  };
}

export function listAnswer({ relationTuples, nextPageToken }: ListRelationTuplesResponse): Answer {
  return ok({ relation_tuples: relationTuples.map(tupleToJson), next_page_token: nextPageToken });
}

/** Without namespaces there is no key; an empty name is left out as well (contract: REST §7). */
export function namespacesAnswer({ namespaces }: ListNamespacesResponse): Answer {
  if (namespaces.length === 0) return ok({});
  return ok({ namespaces: namespaces.map(({ name }) => (name === '' ? {} : { name })) });
}

/** Tokens are escaped twice by some clients, so they are unescaped twice. @throws {InvalidArgumentError} */
export function pageTokenOf(query: QueryParameters): string {
  const token = decodeQueryText(query.firstNonEmpty('page_token'));
  if (token !== undefined) return token;
  throw new InvalidArgumentError({ message: 'invalid pagination token: it has a broken percent-encoding' });
}
