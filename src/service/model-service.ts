import { create } from '@bufbuild/protobuf';
import {
  type ValidateModelRequest,
  type ValidateModelResponse,
  ValidateModelResponseSchema,
  type WriteModelRequest,
  type WriteModelResponse,
  WriteModelResponseSchema,
} from '#gen/stheno/v1/model_service_pb.js';
import { InvalidArgumentError, SthenoError } from '../errors.ts';
import type { Model } from '../namespace/model.ts';
import type { Diagnostic } from '../opl/diagnostic.ts';
import { parseModelFiles } from '../opl/parse-model-files.ts';
import type { Revision } from '../persistence/revision.ts';
import { ModelVersionError } from '../persistence/stored-models.ts';
import { ModelComparison, NO_ORPHANS, type OrphanReport } from './model-comparison.ts';
import { invalidModel, modelChanged, modelInConfiguration, orphanedTuples } from './model-errors.ts';
import type { LibraryModel, ModelLibrary } from './model-library.ts';
import { changeToProto, diagnosticToProto, filesFromProto, formatNote, orphansToProto } from './model-messages.ts';
import type { Call } from './rpc-service.ts';
import type { Snaptokens } from './snaptokens.ts';
import { formatModelDocument, modelIdOf } from './stored-model-documents.ts';

const MAX_AUTHOR_BYTES = 255;
const MAX_MESSAGE_BYTES = 4096;

/** How often to begin anew when others write versions at the same time. */
const MAX_ATTEMPTS = 10;

/** ModelService of stheno.v1. */
export class ModelService {
  readonly #library: ModelLibrary;
  readonly #snaptokens: Snaptokens;
  readonly #readRevision: (options: { signal: AbortSignal }) => Promise<Revision>;

  constructor(dependencies: {
    library: ModelLibrary;
    snaptokens: Snaptokens;
    readRevision: (options: { signal: AbortSignal }) => Promise<Revision>;
  }) {
    this.#library = dependencies.library;
    this.#snaptokens = dependencies.snaptokens;
    this.#readRevision = dependencies.readRevision;
  }

  async writeModel(request: WriteModelRequest, call: Call): Promise<WriteModelResponse> {
    if (!this.#library.isStored) throw modelInConfiguration();
    const wanted = toWanted(request);
    for (let attempts = 1; ; attempts++) {
      const previous = await this.#library.find('', call);
      requireExpected(request, previous, wanted);
      try {
        const written = await this.#write(wanted, previous, request, call);
        return toResponse(written, previous, wanted, this.#snaptokens);
      } catch (error) {
        // Somebody else was faster.
        if (!(error instanceof ModelVersionError)) throw error;
        if (attempts === MAX_ATTEMPTS) throw new SthenoError('aborted', { cause: error });
      }
    }
  }

  async validateModel({ files: messages }: ValidateModelRequest, call: Call): Promise<ValidateModelResponse> {
    const files = filesFromProto(messages);
    const before = await this.#library.find('', call);
    const { model, diagnostics } = parseModelFiles(files, '');
    const comparison = model === undefined ? undefined : new ModelComparison({ before: before.model, after: model });
    const { orphans, count } = comparison === undefined ? NO_ORPHANS : await this.#library.orphansOf(comparison, call);
    return create(ValidateModelResponseSchema, {
      valid: model !== undefined,
      diagnostics: diagnostics.map(diagnosticToProto),
      fromModelId: before.id,
      changes: (comparison?.changes ?? []).map(changeToProto),
      orphans: orphans.map(orphansToProto),
      orphanCount: BigInt(count),
    });
  }

  /** @throws {ModelVersionError} when `previous` is not the newest any more */
  async #write(wanted: Wanted, previous: LibraryModel, request: WriteModelRequest, call: Call): Promise<Written> {
    const comparison = new ModelComparison({ before: previous.model, after: wanted.model });
    const { changes } = comparison;
    const version = previous.stored?.version ?? 0;
    if (request.dryRun || isSame(previous, wanted)) {
      const report = await this.#library.orphansOf(comparison, call);
      const revision = previous.stored?.revision ?? (await this.#readRevision(call));
      return { id: previous.id, revision, changes, report };
    }
    let report = NO_ORPHANS;
    const survey = comparison.survey((found) => {
      report = found;
      if (found.count > 0 && !request.force) throw orphanedTuples(found);
    });
    const note = formatNote(request);
    const { document } = wanted;
    const stored = await this.#library.models.write({ previous: version, note, document, survey }, call);
    await this.#library.reload();
    return { id: modelIdOf(stored.version), revision: stored.revision, changes, report };
  }
}

/** A model that is right. */
interface Wanted {
  /** The files as they are stored. */
  readonly document: string;
  readonly model: Model;
  readonly warnings: readonly Diagnostic[];
}

interface Written {
  readonly id: string;
  readonly revision: Revision;
  readonly changes: ModelComparison['changes'];
  readonly report: OrphanReport;
}

/** @throws {InvalidArgumentError} for anything that is wrong with the request or its files */
function toWanted({ files: messages, author, message }: WriteModelRequest): Wanted {
  requireBytes('author', author, MAX_AUTHOR_BYTES);
  requireBytes('message', message, MAX_MESSAGE_BYTES);
  const files = filesFromProto(messages);
  const { model, diagnostics } = parseModelFiles(files, '');
  if (model === undefined) throw invalidModel(diagnostics);
  return { document: formatModelDocument(files), model, warnings: diagnostics };
}

/** Whoever sends a write again because the answer was lost finds it done: the same files are what was wanted. */
function requireExpected({ expectedModelId }: WriteModelRequest, newest: LibraryModel, wanted: Wanted): void {
  if (expectedModelId === '' || expectedModelId === newest.id || isSame(newest, wanted)) return;
  throw modelChanged(expectedModelId, newest.id);
}

function isSame({ stored, files }: LibraryModel, { document }: Wanted): boolean {
  return stored !== undefined && formatModelDocument(files) === document;
}

function requireBytes(name: string, text: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return;
  throw new InvalidArgumentError({ message: `${name} must have at most ${maxBytes} bytes, but has ${bytes}` });
}

function toResponse(
  { id, revision, changes, report }: Written,
  previous: LibraryModel,
  { warnings }: Wanted,
  snaptokens: Snaptokens,
): WriteModelResponse {
  return create(WriteModelResponseSchema, {
    modelId: id,
    previousModelId: previous.id,
    diagnostics: warnings.map(diagnosticToProto),
    changes: changes.map(changeToProto),
    orphans: report.orphans.map(orphansToProto),
    orphanCount: BigInt(report.count),
    snaptoken: snaptokens.format(revision),
  });
}
