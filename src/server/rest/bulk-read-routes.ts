import { create } from '@bufbuild/protobuf';
import {
  type CountRequest,
  CountRequestSchema,
  type CountResponse,
  type ExportRequest,
  ExportRequestSchema,
  type ExportResponse,
} from '#gen/stheno/v1/tuple_read_service_pb.js';
import type { TupleReadService } from '../../service/tuple-read-service.ts';
import { acceptsGzip } from '../gzip.ts';
import type { Answer } from './answer.ts';
import { ok } from './answer.ts';
import { consistencyMessageOf } from './consistency-parameters.ts';
import { encodeJson } from './encode-json.ts';
import { gzipChunks } from './gzip-chunks.ts';
import { countRelationships, exportRelationships } from './openapi/bulk-operations.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import { type RestRequest, serve } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';
import { tupleToJson } from './tuple-json.ts';
import { relationQueryOf } from './tuple-query.ts';

/** Counting and exporting. */
export function bulkReadRoutes({
  tupleReads,
}: {
  tupleReads: Pick<TupleReadService, 'count' | 'export'>;
}): DescribedRoute[] {
  return [
    {
      method: 'GET',
      path: '/relation-tuples/count',
      operation: countRelationships,
      handle: serve(countFromQuery, (message, call) => tupleReads.count(message, call), countAnswer),
    },
    {
      method: 'GET',
      path: '/relation-tuples/export',
      operation: exportRelationships,
      handle: async (request) => exportAnswer(tupleReads.export(exportFromQuery(request), request.call), request),
    },
  ];
}

function countFromQuery({ query }: RestRequest): CountRequest {
  return create(CountRequestSchema, { query: relationQueryOf(query), consistency: consistencyMessageOf(query) });
}

function exportFromQuery({ query }: RestRequest): ExportRequest {
  return create(ExportRequestSchema, { query: relationQueryOf(query), consistency: consistencyMessageOf(query) });
}

function countAnswer({ count, snaptoken }: CountResponse): Answer {
  return ok({ count: Number(count), snaptoken }, snaptokenHeader(snaptoken));
}

/** An error behind the first line cuts the answer off, so that nobody takes it for whole. */
function exportAnswer(responses: AsyncIterable<ExportResponse>, { call }: RestRequest): Answer {
  const lines = linesOf(responses);
  const isCompressed = acceptsGzip(call.header('accept-encoding'));
  return {
    kind: 'stream',
    status: 200,
    contentType: 'application/x-ndjson',
    headers: { vary: 'Accept-Encoding', ...(isCompressed ? { 'content-encoding': 'gzip' } : {}) },
    chunks: isCompressed ? gzipChunks(lines) : lines,
  };
}

async function* linesOf(responses: AsyncIterable<ExportResponse>): AsyncGenerator<string, void, undefined> {
  for await (const { tuples } of responses) {
    if (tuples.length > 0) yield tuples.map((tuple) => `${encodeJson(tupleToJson(tuple))}\n`).join('');
  }
}
