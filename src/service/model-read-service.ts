import { create } from '@bufbuild/protobuf';
import {
  type DiffModelsRequest,
  type DiffModelsResponse,
  DiffModelsResponseSchema,
  type ListModelsRequest,
  type ListModelsResponse,
  ListModelsResponseSchema,
  type ReadModelRequest,
  type ReadModelResponse,
  ReadModelResponseSchema,
} from '#gen/stheno/v1/model_read_service_pb.js';
import { InvalidArgumentError } from '../errors.ts';
import { parseModelFiles } from '../opl/parse-model-files.ts';
import { ModelComparison, NO_ORPHANS } from './model-comparison.ts';
import type { ModelLibrary } from './model-library.ts';
import {
  changeToProto,
  diagnosticToProto,
  filesFromProto,
  fileToProto,
  orphansToProto,
  versionToProto,
} from './model-messages.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';
import { modelIdOf, versionOf } from './stored-model-documents.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** ModelReadService of stheno.v1. */
export class ModelReadService {
  readonly #library: ModelLibrary;
  readonly #snaptokens: Snaptokens;

  constructor({ library, snaptokens }: { library: ModelLibrary; snaptokens: Snaptokens }) {
    this.#library = library;
    this.#snaptokens = snaptokens;
  }

  async readModel({ modelId }: ReadModelRequest, call: Call): Promise<ReadModelResponse> {
    const { id, stored, files } = await this.#library.find(modelId, call);
    return create(ReadModelResponseSchema, {
      version: versionToProto(id, stored, this.#snaptokens),
      files: files.map(fileToProto),
    });
  }

  /** A page token is the version that the page ends before: versions are never changed, and their numbers are no secret. */
  async listModels({ pageSize, pageToken }: ListModelsRequest, { signal }: Call): Promise<ListModelsResponse> {
    const limit = pageSize < 1 ? DEFAULT_PAGE_SIZE : Math.min(pageSize, MAX_PAGE_SIZE);
    const before = pageToken === '' ? Number.MAX_SAFE_INTEGER : versionOf(pageToken);
    if (before === undefined) throw new InvalidArgumentError({ message: 'invalid pagination token' });
    const found = await this.#library.models.list({ before, limit: limit + 1, signal });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return create(ListModelsResponseSchema, {
      versions: page.map((stored) => versionToProto(modelIdOf(stored.version), stored, this.#snaptokens)),
      nextPageToken: found.length > limit && last !== undefined ? modelIdOf(last.version) : '',
      currentModelId: this.#library.currentId,
    });
  }

  async diffModels(request: DiffModelsRequest, call: Call): Promise<DiffModelsResponse> {
    const { fromModelId, toModelId, toFiles } = request;
    if (toFiles.length > 0 && toModelId !== '') {
      throw new InvalidArgumentError({ message: 'to_model_id and to_files exclude each other' });
    }
    const from = await this.#library.find(fromModelId, call);
    const to =
      toFiles.length > 0 ? parsedFiles(toFiles) : { ...(await this.#library.find(toModelId, call)), diagnostics: [] };
    const comparison =
      to.model === undefined ? undefined : new ModelComparison({ before: from.model, after: to.model });
    const { orphans, count } = comparison === undefined ? NO_ORPHANS : await this.#library.orphansOf(comparison, call);
    return create(DiffModelsResponseSchema, {
      fromModelId: from.id,
      toModelId: to.id,
      diagnostics: to.diagnostics.map(diagnosticToProto),
      changes: (comparison?.changes ?? []).map(changeToProto),
      orphans: orphans.map(orphansToProto),
      orphanCount: BigInt(count),
    });
  }
}

function parsedFiles(files: DiffModelsRequest['toFiles']) {
  return { id: '', ...parseModelFiles(filesFromProto(files), '') };
}
