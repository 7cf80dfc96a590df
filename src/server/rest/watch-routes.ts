import { create } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  TupleChange_Action,
  type WatchRequest,
  WatchRequestSchema,
  type WatchResponse,
  WatchResponse_Kind,
} from '#gen/stheno/v1/watch_service_pb.js';
import { InvalidArgumentError } from '../../errors.ts';
import type { WatchService } from '../../service/watch-service.ts';
import { toStatus } from '../status.ts';
import type { JsonAnswer } from './answer.ts';
import { encodeJson } from './encode-json.ts';
import { envelope, errorAnswer } from './error-answer.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import { watchRelationships } from './openapi/watch-operations.ts';
import type { QueryParameters } from './query-parameters.ts';
import type { RestRequest } from './route.ts';
import { tupleToJson } from './tuple-json.ts';

/** Watching as server-sent events (WHATWG HTML §9.2). */
export function watchRoutes({ watch }: { watch: Pick<WatchService, 'watch'> }): DescribedRoute[] {
  return [
    {
      method: 'GET',
      path: '/relation-tuples/watch',
      operation: watchRelationships,
      toErrorAnswer: refusal,
      handle: async (request) => ({
        kind: 'stream',
        status: 200,
        contentType: 'text/event-stream',
        // What stands between must neither store nor gather what is to be told at once.
        headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
        chunks: eventsOf(watch.watch(watchFromRequest(request), request.call)),
        lastChunk: (error) => failureEvent(error, request.call.header('x-request-id')),
      }),
    },
  ];
}

/** There, too large is no request but the number of those who watch. */
function refusal(error: unknown, requestId: string | undefined): JsonAnswer {
  const { code, message, reason, info } = toStatus(error);
  if (code !== 'resource_exhausted') return errorAnswer(error, requestId);
  return envelope(429, { code: 429, requestId, message, reason, info });
}

/** A browser that connects again sends the last id that it has seen, and the same query: the header wins. */
function watchFromRequest({ query, call }: RestRequest): WatchRequest {
  query.requireReadable();
  return create(WatchRequestSchema, {
    snaptoken: call.header('last-event-id') || (query.first('snaptoken') ?? ''),
    namespaces: [...(query.all('namespace') ?? [])],
    objectPrefix: query.first('object_prefix') ?? '',
    heartbeatIntervalMs: heartbeatOf(query),
  });
}

/** 0, which stands for the default, when it is absent. */
function heartbeatOf(query: QueryParameters): number {
  const text = query.firstNonEmpty('heartbeat_interval_ms');
  if (/^\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError({
    message: `query parameter "heartbeat_interval_ms" must be a whole number of milliseconds, not ${JSON.stringify(text)}`,
  });
}

async function* eventsOf(responses: AsyncIterable<WatchResponse>): AsyncGenerator<string, void, undefined> {
  for await (const response of responses) yield eventOf(response);
}

/** A partial event has no id: connecting again goes on at the beginning of its commit. */
function eventOf({ kind, snaptoken, committedAt, changes, isPartial }: WatchResponse): string {
  if (kind === WatchResponse_Kind.CHECKPOINT) return formatEvent('checkpoint', { snaptoken }, snaptoken);
  const committed_at = committedAt === undefined ? '' : timestampDate(committedAt).toISOString();
  if (kind === WatchResponse_Kind.MODEL) return formatEvent('model', { snaptoken, committed_at }, snaptoken);
  const data = {
    snaptoken,
    committed_at,
    changes: changes.map(({ action, tuple }) => ({
      action: action === TupleChange_Action.INSERT ? 'insert' : 'delete',
      ...(tuple === undefined ? {} : { relation_tuple: tupleToJson(tuple) }),
    })),
    is_partial: isPartial,
  };
  return formatEvent('tuples', data, isPartial ? undefined : snaptoken);
}

function failureEvent(error: unknown, requestId: string | undefined): string {
  return formatEvent('failure', errorAnswer(error, requestId).value, undefined);
}

/** JSON has no line breaks, so the data is one line. */
function formatEvent(name: string, data: unknown, id: string | undefined): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${encodeJson(data)}\n\n`;
}
