import { create } from '@bufbuild/protobuf';
import {
  RelationTupleDelta_Action as Action,
  type DeleteRelationTuplesRequest,
  DeleteRelationTuplesRequestSchema,
  type RelationTupleDelta,
  RelationTupleDeltaSchema,
  type TransactRelationTuplesRequest,
  TransactRelationTuplesRequestSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { InvalidArgumentError, MissingSubjectError } from '../../errors.ts';
import type { WriteService } from '../../service/write-service.ts';
import type { Answer } from './answer.ts';
import { readDeltas } from './delta-json.ts';
import { locationOf } from './location.ts';
import type { QueryParameters } from './query-parameters.ts';
import { readJson } from './read-json.ts';
import type { RestRequest, Route } from './route.ts';
import { readTupleJson, type TupleJson, tupleMessage } from './tuple-json.ts';
import { relationQueryOf, TUPLE_PARAMETERS } from './tuple-query.ts';

export async function transactFromBody(request: RestRequest): Promise<TransactRelationTuplesRequest> {
  return transaction(await readJson(request, readDeltas));
}

/** Success without anything to say. */
export function noContent(): Answer {
  return { kind: 'empty', status: 204 };
}

/** Creates the tuple of the body and shows it again; an array of deltas means what it means on `PATCH`. */
export function createOrTransact(write: Pick<WriteService, 'transactRelationTuples'>): Route['handle'] {
  return async (request) => {
    const content = await readJson(request, readTupleOrDeltas);
    if (content.kind === 'deltas') {
      await write.transactRelationTuples(transaction(content.deltas), request.call);
      return noContent();
    }
    const relationTuple = tupleMessage(content.tuple);
    if (relationTuple.subject === undefined) throw new MissingSubjectError();
    const insert = create(RelationTupleDeltaSchema, { action: Action.INSERT, relationTuple });
    await write.transactRelationTuples(transaction([insert]), request.call, nowhere);
    return { kind: 'json', status: 201, value: content.tuple, headers: locationOf(content.tuple) };
  };
}

/** A tuple that is the whole body has no place in it. */
function nowhere(): undefined {}

/** All that is wrong with the request is said at once (contract: REST §2.3). */
export async function deleteFromQuery(request: RestRequest): Promise<DeleteRelationTuplesRequest> {
  const problems = [...problemsOf(request.query)];
  if ((await request.body()).length > 0) problems.push('body is not empty');
  if (problems.length > 0) throw new InvalidArgumentError({ reason: problems.join('; ') });
  return create(DeleteRelationTuplesRequestSchema, { relationQuery: relationQueryOf(request.query) });
}

function* problemsOf(query: QueryParameters): Iterable<string> {
  for (const key of query.keys()) {
    if (TUPLE_PARAMETERS.includes(key) || key === 'subject') continue;
    yield `query parameter key "${key}" unknown`;
    break;
  }
  if (!query.has('namespace')) yield 'query parameters must specify at least one of the following: namespace';
}

type TupleOrDeltas =
  | { readonly kind: 'tuple'; readonly tuple: TupleJson }
  | { readonly kind: 'deltas'; readonly deltas: RelationTupleDelta[] };

async function readTupleOrDeltas(value: unknown): Promise<TupleOrDeltas> {
  return Array.isArray(value)
    ? { kind: 'deltas', deltas: await readDeltas(value) }
    : { kind: 'tuple', tuple: readTupleJson(value, 'the tuple') };
}

function transaction(relationTupleDeltas: RelationTupleDelta[]): TransactRelationTuplesRequest {
  // Spelled out, as the deltas may be many: `create` would look at each.
  return { $typeName: TransactRelationTuplesRequestSchema.typeName, relationTupleDeltas };
}
