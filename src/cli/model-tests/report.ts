import type { Covered } from './coverage.ts';
import type { TestOutcome } from './run-tests.ts';
import type { PlacedTuple } from './test-file.ts';

/** What became of the files. */
export interface Report {
  readonly files: readonly FileReport[];
  readonly counts: {
    /** Expectations. */
    readonly passed: number;
    readonly failed: number;
    /** Files that could not be run. */
    readonly broken: number;
  };
}

export interface FileReport {
  readonly path: string;
  /** Undefined when the file could not be run. */
  readonly results: readonly TestOutcome[] | undefined;
  /** Why it could not be run, with its place; ends with a line end. */
  readonly problem?: string;
  /** Tuples of the file that the model does not allow. */
  readonly doubtful?: readonly PlacedTuple[];
  /** When it was asked for. */
  readonly coverage?: readonly Covered[];
}

export function reportOf(files: readonly FileReport[]): Report {
  const outcomes = files.flatMap(({ results = [] }) => results).flatMap((result) => result.outcomes);
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  const broken = files.filter(({ results }) => results === undefined).length;
  return { files, counts: { passed, failed: outcomes.length - passed, broken } };
}
