import { ModelReadService } from '#gen/stheno/v1/model_read_service_pb.js';
import { ModelService } from '#gen/stheno/v1/model_service_pb.js';
import type { Caller } from './caller.ts';
import type { CallOptions } from './client-options.ts';
import { integerOption } from './integer-option.ts';
import {
  type ModelComparison,
  type ModelDiagnostic,
  type ModelVersion,
  toComparison,
  toDiagnostic,
  toVersion,
} from './model-messages.ts';

/** A model in the permission language: one text, or files by their names. */
export type ModelInput = string | readonly ModelFile[];

/** A part of a model. The name is what diagnostics bear. */
export interface ModelFile {
  readonly name: string;
  readonly content: string;
}

export interface WriteModelOptions extends CallOptions {
  /** Who writes, kept with the version. */
  readonly author?: string | undefined;
  /** Why, kept with the version. */
  readonly message?: string | undefined;
  /** The version that is replaced, `'0'` when there must be none yet; fails when another one is the newest. */
  readonly expectedModelId?: string | undefined;
  /** Whether stored tuples may lose what they refer to. Default false. */
  readonly force?: boolean | undefined;
  /** Whether to do everything but write. Default false. */
  readonly dryRun?: boolean | undefined;
}

export interface WrittenModel extends ModelComparison {
  /** The newest version now: that of before, when the files were the same or nothing was to be written. */
  readonly modelId: string;
  readonly previousModelId: string;
  /** What is probably not meant. */
  readonly warnings: readonly ModelDiagnostic[];
  readonly snaptoken: string;
}

export interface ReadModel extends ModelVersion {
  readonly files: readonly ModelFile[];
}

export interface ListModelsOptions extends CallOptions {
  /** How many versions a page has at most; the default is the server's. */
  readonly pageSize?: number | undefined;
}

export interface DiffModelsOptions extends CallOptions {
  /** A version; the newest when it is absent. */
  readonly from?: string | undefined;
  /** A version, or a model that is not stored; the newest when it is absent. */
  readonly to?: string | { readonly files: ModelInput } | undefined;
}

export interface ModelDiff extends ModelComparison {
  readonly fromModelId: string;
  /** Undefined when it was compared with files. */
  readonly toModelId: string | undefined;
  /** What is wrong with the files. With errors there are no differences. */
  readonly diagnostics: readonly ModelDiagnostic[];
}

export interface ValidatedModel extends ModelComparison {
  /** Whether the model can be used. */
  readonly valid: boolean;
  readonly diagnostics: readonly ModelDiagnostic[];
  /** The version that it was compared with. */
  readonly fromModelId: string;
}

/** The model of a server, and its versions. Every method throws {@link RequestError} and nothing else. */
export class ModelClient {
  readonly #caller: Caller;

  /** Not for users: {@link SthenoClient.model} is one. */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Makes a model the newest version. The code is `failed_precondition` when the model is in the configuration, another
   * version than the expected one is the newest, or stored tuples would lose what they refer to.
   */
  async write(model: ModelInput, options: WriteModelOptions = {}): Promise<WrittenModel> {
    const { author, message: why, expectedModelId, force, dryRun } = options;
    const { message } = await this.#caller.call(ModelService.method.writeModel, {
      port: 'write',
      message: {
        files: filesOf(model),
        author: author ?? '',
        message: why ?? '',
        expectedModelId: expectedModelId ?? '',
        force: force ?? false,
        dryRun: dryRun ?? false,
      },
      options,
    });
    const { modelId, previousModelId, diagnostics } = message;
    const snaptoken = this.#caller.remember(message.snaptoken);
    return { modelId, previousModelId, warnings: diagnostics.map(toDiagnostic), ...toComparison(message), snaptoken };
  }

  /** What is wrong with a model, what it would change, and which stored tuples would lose what they refer to. */
  async validate(model: ModelInput, options: CallOptions = {}): Promise<ValidatedModel> {
    const { message } = await this.#caller.call(ModelService.method.validateModel, {
      port: 'write',
      message: { files: filesOf(model) },
      options,
    });
    const { valid, fromModelId, diagnostics } = message;
    return { valid, fromModelId, diagnostics: diagnostics.map(toDiagnostic), ...toComparison(message) };
  }

  /** A version with its files; without an id the newest. */
  async read(modelId = '', options: CallOptions = {}): Promise<ReadModel> {
    const { message } = await this.#caller.call(ModelReadService.method.readModel, {
      port: 'read',
      message: { modelId },
      options,
    });
    const files = message.files.map(({ name, content }) => ({ name, content }));
    return { ...toVersion(message.version), files };
  }

  /** The versions in the database, the newest first. Pages are fetched as the loop gets to them. */
  async *list(options: ListModelsOptions = {}): AsyncGenerator<ModelVersion, void, undefined> {
    const pageSize = integerOption('pageSize', options.pageSize);
    for (let pageToken = ''; ; ) {
      const { message } = await this.#caller.call(ModelReadService.method.listModels, {
        port: 'read',
        message: { pageSize, pageToken },
        options,
      });
      yield* message.versions.map(toVersion);
      pageToken = message.nextPageToken;
      if (pageToken === '') return;
    }
  }

  /** What changes from one version to another, or to files, and which stored tuples lose what they refer to. */
  async diff(options: DiffModelsOptions = {}): Promise<ModelDiff> {
    const { from = '', to = '' } = options;
    const { message } = await this.#caller.call(ModelReadService.method.diffModels, {
      port: 'read',
      message: {
        fromModelId: from,
        ...(typeof to === 'string' ? { toModelId: to } : { toFiles: filesOf(to.files) }),
      },
      options,
    });
    const { fromModelId, toModelId, diagnostics } = message;
    return {
      fromModelId,
      toModelId: toModelId || undefined,
      diagnostics: diagnostics.map(toDiagnostic),
      ...toComparison(message),
    };
  }
}

function filesOf(model: ModelInput): { name: string; content: string }[] {
  if (typeof model === 'string') return [{ name: 'model.ts', content: model }];
  return model.map(({ name, content }) => ({ name, content }));
}
