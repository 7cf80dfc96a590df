import { create } from '@bufbuild/protobuf';
import {
  type DiffModelsRequest,
  DiffModelsRequestSchema,
  type DiffModelsResponse,
  type ListModelsRequest,
  ListModelsRequestSchema,
  type ListModelsResponse,
  type ReadModelRequest,
  ReadModelRequestSchema,
  type ReadModelResponse,
} from '#gen/stheno/v1/model_read_service_pb.js';
import {
  type ValidateModelRequest,
  ValidateModelRequestSchema,
  type ValidateModelResponse,
  type WriteModelRequest,
  WriteModelRequestSchema,
  type WriteModelResponse,
} from '#gen/stheno/v1/model_service_pb.js';
import { comparisonToJson, fileToJson, versionToJson } from '../../../service/model-json.ts';
import type { ModelReadService } from '../../../service/model-read-service.ts';
import type { ModelService } from '../../../service/model-service.ts';
import { type JsonAnswer, ok } from '../answer.ts';
import { JsonError } from '../first-json-value.ts';
import { pageSizeOf } from '../integer-parameter.ts';
import { jsonString, strictFields } from '../json-fields.ts';
import * as operations from '../openapi/model-operations.ts';
import type { DescribedRoute } from '../openapi/operation.ts';
import { readJson } from '../read-json.ts';
import { type RestRequest, serve } from '../route.ts';
import { snaptokenHeader } from '../snaptoken-header.ts';
import { readFilesJson } from './files-json.ts';

/** What stands for the newest version in a path. */
const NEWEST = 'newest';

/** What asks about the model and its versions. */
export function modelReadRoutes({
  modelRead: models,
  model,
}: {
  modelRead: ModelReadService;
  model: Pick<ModelService, 'validateModel'>;
}): DescribedRoute[] {
  const list = serve(listFromQuery, (message, call) => models.listModels(message, call), listAnswer);
  const diff = serve(diffFromQuery, (message, call) => models.diffModels(message, call), diffAnswer);
  const validate = serve(validateFromBody, (message, call) => model.validateModel(message, call), validateAnswer);
  const read = serve(readFromPath, (message, call) => models.readModel(message, call), readAnswer);
  return [
    { method: 'GET', path: '/models', operation: operations.listModels, handle: list },
    { method: 'GET', path: '/models/diff', operation: operations.diffModels, handle: diff },
    { method: 'GET', path: '/models/{id}', operation: operations.readModel, handle: read },
    { method: 'POST', path: '/models/validate', operation: operations.validateModel, handle: validate },
  ];
}

/** Changes of the model. */
export function modelWriteRoutes({ model }: { model: Pick<ModelService, 'writeModel'> }): DescribedRoute[] {
  const write = serve(writeFromBody, (message, call) => model.writeModel(message, call), writeAnswer);
  return [{ method: 'PUT', path: '/admin/models', operation: operations.writeModel, handle: write }];
}

function listFromQuery({ query }: RestRequest): ListModelsRequest {
  query.requireReadable();
  return create(ListModelsRequestSchema, { pageSize: pageSizeOf(query), pageToken: query.firstNonEmpty('page_token') });
}

function listAnswer({ versions, nextPageToken, currentModelId }: ListModelsResponse): JsonAnswer {
  return ok({
    models: versions.map(versionToJson),
    next_page_token: nextPageToken,
    current_model_id: currentModelId,
  });
}

function diffFromQuery({ query }: RestRequest): DiffModelsRequest {
  query.requireReadable();
  return create(DiffModelsRequestSchema, {
    fromModelId: idOf(query.firstNonEmpty('from')),
    toModelId: idOf(query.firstNonEmpty('to')),
  });
}

function diffAnswer(found: DiffModelsResponse): JsonAnswer {
  return ok({ from_model_id: found.fromModelId, to_model_id: found.toModelId, ...comparisonToJson(found) });
}

function readFromPath(request: RestRequest): ReadModelRequest {
  return create(ReadModelRequestSchema, { modelId: idOf(request.segment('id')) });
}

function readAnswer({ version, files }: ReadModelResponse): JsonAnswer {
  return ok({ ...(version === undefined ? {} : versionToJson(version)), files: files.map(fileToJson) });
}

/** A member that is not known may be a condition that was misspelt: nothing is written without it. */
const WRITE_FIELDS = ['files', 'author', 'message', 'expected_model_id', 'force', 'dry_run'] as const;

async function writeFromBody(request: RestRequest): Promise<WriteModelRequest> {
  return readJson(request, (value) => {
    const fields = strictFields(value, WRITE_FIELDS, '');
    return create(WriteModelRequestSchema, {
      files: readFilesJson(fields.files),
      author: jsonString(fields.author, 'author') ?? '',
      message: jsonString(fields.message, 'message') ?? '',
      expectedModelId: jsonString(fields.expected_model_id, 'expected_model_id') ?? '',
      force: flag(fields.force, 'force'),
      dryRun: flag(fields.dry_run, 'dry_run'),
    });
  });
}

function writeAnswer(written: WriteModelResponse): JsonAnswer {
  const { modelId, previousModelId, snaptoken } = written;
  const value = { model_id: modelId, previous_model_id: previousModelId, ...comparisonToJson(written), snaptoken };
  return ok(value, snaptokenHeader(snaptoken));
}

async function validateFromBody(request: RestRequest): Promise<ValidateModelRequest> {
  return readJson(request, (value) => {
    const fields = strictFields(value, ['files'], '');
    return create(ValidateModelRequestSchema, { files: readFilesJson(fields.files) });
  });
}

function validateAnswer(found: ValidateModelResponse): JsonAnswer {
  return ok({ valid: found.valid, from_model_id: found.fromModelId, ...comparisonToJson(found) });
}

function idOf(text: string): string {
  return text === NEWEST ? '' : text;
}

function flag(value: unknown, path: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw new JsonError(`${path} must be true or false`);
  return value;
}
