import { SthenoError } from '../errors.ts';
import { Model, type ModelFile } from '../namespace/model.ts';
import type { NamespaceManager } from '../namespace/namespace-manager.ts';
import { parseModelFiles } from '../opl/parse-model-files.ts';
import { printOpl } from '../opl/print.ts';
import type { ModelVersion, StoredModel, StoredModels, StoredModelText } from '../persistence/stored-models.ts';
import { type ModelComparison, NO_ORPHANS, type OrphanReport } from './model-comparison.ts';
import { unknownModel } from './model-errors.ts';
import type { Call } from './rpc-service.ts';
import { modelIdOf, parseModelDocument, versionOf } from './stored-model-documents.ts';

/** The name of the file that a model is shown as when it was not written in files. */
const PRINTED_FILE = 'model.ts';

/** A version with what it says. */
export interface LibraryModel {
  readonly id: string;
  /** Undefined for the empty model of the beginning, and for a model in the configuration. */
  readonly stored: StoredModel | undefined;
  readonly files: readonly ModelFile[];
  readonly model: Model;
}

/** The versions of the model: those in the database, and the one in the configuration when it is there. */
export class ModelLibrary {
  readonly models: StoredModels;
  readonly #namespaces: NamespaceManager & { reload(): Promise<boolean> };
  readonly #isStored: () => boolean;

  constructor(dependencies: {
    models: StoredModels;
    namespaces: NamespaceManager & { reload(): Promise<boolean> };
    /** Whether the model that is in force comes from the database. */
    isStored: () => boolean;
  }) {
    this.models = dependencies.models;
    this.#namespaces = dependencies.namespaces;
    this.#isStored = dependencies.isStored;
  }

  get isStored(): boolean {
    return this.#isStored();
  }

  /** Names the version that this server decides by. */
  get currentId(): string {
    return this.#namespaces.current().id;
  }

  /** Brings the newest version into force. */
  async reload(): Promise<void> {
    await this.#namespaces.reload();
  }

  /**
   * A version by its id; an empty one stands for the newest.
   * @throws SthenoError `not_found`
   */
  async find(id: string, { signal }: Pick<Call, 'signal'>): Promise<LibraryModel> {
    const current = this.#namespaces.current();
    if (!this.#isStored() && (id === '' || id === current.id)) return configured(current);
    const version = id === '' ? await this.models.newestVersion({ signal }) : versionOf(id);
    if (version === undefined) throw unknownModel(id);
    if (version === 0) return EMPTY;
    const stored = await this.models.read(version, { signal });
    if (stored === undefined) throw unknownModel(id);
    return toLibraryModel(version, stored, current);
  }

  /** The stored tuples that lose something. Nothing is read when none can. */
  async orphansOf(comparison: ModelComparison, { signal }: Pick<Call, 'signal'>): Promise<OrphanReport> {
    let report = NO_ORPHANS;
    const survey = comparison.survey((found) => {
      report = found;
    });
    if (survey !== undefined) {
      survey.surveyed(await this.models.survey((shape) => survey.isWanted(shape), { signal }));
    }
    return report;
  }
}

const EMPTY: LibraryModel = {
  id: modelIdOf(0),
  stored: undefined,
  files: [],
  model: new Model('opl', [], { id: modelIdOf(0), files: [] }),
};

function configured(model: Model): LibraryModel {
  const { id, files } = model.text;
  return { id, stored: undefined, files: files.length > 0 ? files : printedFiles(model), model };
}

/** Parsing what is in force again would be a waste. */
function toLibraryModel(version: ModelVersion, stored: StoredModelText, current: Model): LibraryModel {
  const id = modelIdOf(version);
  const files = parseModelDocument(stored.document);
  if (current.id === id) return { id, stored, files, model: current };
  const { model } = parseModelFiles(files, id);
  if (model === undefined) {
    throw new SthenoError('failed_precondition', { message: `version ${id} of the model does not load any more` });
  }
  return { id, stored, files, model };
}

function printedFiles(model: Model): ModelFile[] {
  const namespaces = model.list();
  if (namespaces.length === 0) return [];
  try {
    return [{ name: PRINTED_FILE, content: printOpl(namespaces) }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SthenoError('failed_precondition', {
      message: `the model cannot be shown in the permission language: ${reason}`,
    });
  }
}
