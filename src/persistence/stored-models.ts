import type { RelationTuple } from '../tuple/relation-tuple.ts';
import type { TupleShape } from '../tuple/tuple-shape.ts';
import type { Revision } from './revision.ts';

/** Counts the versions of a model that were written; 0 is the empty model before the first. */
export type ModelVersion = number;

/** What is known of a version besides its text. */
export interface StoredModel {
  readonly version: ModelVersion;
  /** The commit that wrote it. */
  readonly revision: Revision;
  readonly writtenAt: Date;
  /** What the writer says of it, as JSON. */
  readonly note: string;
}

/** A version with its text. */
export interface StoredModelText extends StoredModel {
  /** The files, as JSON. */
  readonly document: string;
}

/** How many tuples of a shape are stored, and some of them. */
export interface TupleSurvey {
  readonly shape: TupleShape;
  readonly count: number;
  readonly examples: readonly RelationTuple[];
}

/** A version that is to be written. */
export interface NewModel {
  /** The version that it replaces. */
  readonly previous: ModelVersion;
  readonly note: string;
  readonly document: string;
  /** Which stored tuples must be known before it is written; undefined: none. */
  readonly survey?: ModelSurvey | undefined;
}

/** Looks at stored tuples under the lock of the write: nothing is written in between. */
export interface ModelSurvey {
  isWanted(shape: TupleShape): boolean;
  /** Is told of all wanted shapes that are stored. What it throws leaves everything as it was. May be called more than once. */
  surveyed(found: readonly TupleSurvey[]): void;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The versions of the model of one network. Writing one is a commit in its change log. */
export interface StoredModels {
  /** The newest version of any process; 0 when there is none. One look-up. */
  newestVersion(options?: CallOptions): Promise<ModelVersion>;
  /** A version; undefined when there is none. */
  read(version: ModelVersion, options?: CallOptions): Promise<StoredModelText | undefined>;
  /** The newest versions before one, the newest first. */
  list(
    options: { readonly before: ModelVersion; readonly limit: number } & CallOptions,
  ): Promise<readonly StoredModel[]>;
  /**
   * Writes the version after `previous`, in one transaction during which nobody else writes.
   * @throws {ModelVersionError} when another one is the newest; whatever `surveyed` throws
   */
  write(model: NewModel, options?: CallOptions): Promise<StoredModel>;
  /** Of the stored tuples those of wanted shapes, of one state. It walks through all of them. */
  survey(isWanted: (shape: TupleShape) => boolean, options?: CallOptions): Promise<readonly TupleSurvey[]>;
}

/** The version that was to be replaced is not the newest. */
export class ModelVersionError extends Error {
  override readonly name = 'ModelVersionError';
  readonly newest: ModelVersion;

  constructor(newest: ModelVersion) {
    super(`the newest version of the model is ${newest}`);
    this.newest = newest;
  }
}
