import { create } from '@bufbuild/protobuf';
import {
  type BatchCheckRequest,
  BatchCheckRequestSchema,
  type BatchCheckResponse,
  type CheckRequest,
  CheckRequestSchema,
  type CheckResponse,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { RelationTuple } from '#gen/ory/keto/relation_tuples/v1alpha2/relation_tuples_pb.js';
import { InvalidArgumentError, NamespaceNotFoundError } from '../../errors.ts';
import type { Model } from '../../namespace/model.ts';
import type { NamespaceManager } from '../../namespace/namespace-manager.ts';
import type { CheckService } from '../../service/check-service.ts';
import { nameModel } from '../../service/name-model.ts';
import { unknownNamespace } from '../../service/query-namespaces.ts';
import type { Call } from '../../service/rpc-service.ts';
import { type Answer, JSON_TYPE, ok } from './answer.ts';
import { consistencyOf } from './consistency-parameters.ts';
import { encodeJson } from './encode-json.ts';
import { maxDepthOf } from './integer-parameter.ts';
import { jsonArray, jsonFields } from './json-fields.ts';
import type { QueryParameters } from './query-parameters.ts';
import { readJson } from './read-json.ts';
import type { RestRequest } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';
import { readTupleJson, tupleMessage } from './tuple-json.ts';
import { tupleOf } from './tuple-query.ts';

const BODY_PROBLEM = 'could not unmarshal json: ';

export function checkFromQuery({ query }: RestRequest): CheckRequest {
  const maxDepth = maxDepthOf(query);
  return checkMessage(tupleOf(query), maxDepth, query);
}

/** Only `max-depth` and the consistency come from the query. */
export async function checkFromBody(request: RestRequest): Promise<CheckRequest> {
  const maxDepth = maxDepthOf(request.query);
  request.query.requireReadable();
  const tuple = await readJson(request, (value) => readTupleJson(value, 'the tuple'), BODY_PROBLEM);
  return checkMessage(tupleMessage(tuple), maxDepth, request.query);
}

/** Spelled out, as protobuf-es lets messages of proto3 be: `create` would cost more than what is in it. */
function checkMessage(tuple: RelationTuple, maxDepth: number, query: QueryParameters): CheckRequest {
  const { snaptoken, latest } = consistencyOf(query);
  const $typeName = CheckRequestSchema.typeName;
  return { $typeName, namespace: '', object: '', relation: '', tuple, latest, snaptoken, maxDepth };
}

/**
 * A check in which an unknown namespace denies, and is looked up before the subject; over gRPC it is an
 * error. With legacy namespace files, whose error has no reason, it is one here too (contract: REST §4.1).
 */
export function denyUnknownNamespaces(
  service: Pick<CheckService, 'check'>,
  namespaces: Pick<NamespaceManager, 'current'>,
): (request: CheckRequest, call: Call) => Promise<CheckResponse> {
  return async (request, call) => {
    try {
      return await service.check(request, call);
    } catch (error) {
      const model = namespaces.current();
      const unknown = unknownNamespaceOf(request, error, model);
      if (unknown === undefined) throw error;
      if (unknown.reason === undefined) throw unknown;
      nameModel(call, model);
      return create(CheckResponseSchema);
    }
  };
}

/** What else is wrong with a question does not matter when its namespace is unknown. */
function unknownNamespaceOf({ tuple }: CheckRequest, error: unknown, model: Model): NamespaceNotFoundError | undefined {
  if (error instanceof NamespaceNotFoundError) return error;
  if (!(error instanceof InvalidArgumentError)) return undefined;
  return unknownNamespace({ namespace: tuple?.namespace ?? '' }, model);
}

export function checkAnswer(response: CheckResponse): Answer {
  return answerOf(response, 200);
}

/** The answer of the route whose status says the same as its body. */
export function mirroredCheckAnswer(response: CheckResponse): Answer {
  return answerOf(response, response.allowed ? 200 : 403);
}

const ALLOWED = `${encodeJson({ allowed: true })}\n`;
const DENIED = `${encodeJson({ allowed: false })}\n`;

function answerOf({ allowed, snaptoken }: CheckResponse, status: number): Answer {
  const body = allowed ? ALLOWED : DENIED;
  return { kind: 'bytes', status, contentType: JSON_TYPE, body, headers: snaptokenHeader(snaptoken) };
}

/** A batch, with the places where the array had `null`: messages cannot say it, but it is an item's error. */
export interface BatchMessage {
  readonly request: BatchCheckRequest;
  readonly nulls: ReadonlySet<number>;
}

export async function batchFromBody(request: RestRequest): Promise<BatchMessage> {
  const maxDepth = maxDepthOf(request.query);
  request.query.requireReadable();
  const items = await readJson(request, readBatchJson, BODY_PROBLEM);
  const tuples = items.map((item) => tupleMessage(item ?? EMPTY_TUPLE));
  return {
    request: create(BatchCheckRequestSchema, { tuples, maxDepth, ...consistencyOf(request.query) }),
    nulls: new Set(items.flatMap((item, index) => (item === null ? [index] : []))),
  };
}

const EMPTY_TUPLE = { namespace: '', object: '', relation: '' };

function readBatchJson(value: unknown) {
  const { tuples } = jsonFields(value ?? {}, ['tuples'], 'the body');
  return jsonArray(tuples, 'tuples').map((item, index) =>
    item === null ? null : readTupleJson(item, `tuples[${index}]`),
  );
}

export function batchAnswer({ results }: BatchCheckResponse, { nulls }: BatchMessage): Answer {
  const items = results.map(({ allowed, error }, index) => {
    if (nulls.has(index)) return { allowed: false, error: `tuples[${index}] is null` };
    return error === '' ? { allowed } : { allowed, error };
  });
  return ok({ results: items }, snaptokenHeader(results[0]?.snaptoken));
}
