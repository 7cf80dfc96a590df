import type { DeleteResponse, WriteResponse } from '#gen/stheno/v1/tuple_service_pb.js';
import type { TupleService } from '../../service/tuple-service.ts';
import { type Answer, ok } from './answer.ts';
import { importLines } from './import-route.ts';
import { deleteSomeRelationships, importRelationships, transactRelationships } from './openapi/bulk-operations.ts';
import type { DescribedRoute } from './openapi/operation.ts';
import { readJson } from './read-json.ts';
import { serve } from './route.ts';
import { snaptokenHeader } from './snaptoken-header.ts';
import { readDeleteJson, readWriteJson } from './tuple-write-json.ts';

/** Writes under conditions, deletions with a limit, and import. */
export function bulkWriteRoutes({
  tuples,
}: {
  tuples: Pick<TupleService, 'write' | 'delete' | 'beginImport'>;
}): DescribedRoute[] {
  return [
    {
      method: 'POST',
      path: '/admin/relation-tuples/transact',
      operation: transactRelationships,
      handle: serve(
        (request) => readJson(request, readWriteJson),
        (message, call) => tuples.write(message, call),
        writeAnswer,
      ),
    },
    {
      method: 'POST',
      path: '/admin/relation-tuples/delete',
      operation: deleteSomeRelationships,
      handle: serve(
        (request) => readJson(request, readDeleteJson),
        (message, call) => tuples.delete(message, call),
        deleteAnswer,
      ),
    },
    {
      method: 'POST',
      path: '/admin/relation-tuples/import',
      operation: importRelationships,
      handle: (request) => importLines(tuples, request),
    },
  ];
}

function writeAnswer({ snaptoken, effective, modelId }: WriteResponse): Answer {
  return ok({ snaptoken, effective, model_id: modelId }, snaptokenHeader(snaptoken));
}

function deleteAnswer({ count, more, snaptoken }: DeleteResponse): Answer {
  return ok({ count: Number(count), more, snaptoken }, snaptokenHeader(snaptoken));
}
