import { Model, type ModelFile } from '../namespace/model.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseOplFiles } from './parse.ts';

export interface ParsedModel {
  /** Undefined when there are errors among the diagnostics. */
  readonly model: Model | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The model that files in the permission language make up together. */
export function parseModelFiles(files: readonly ModelFile[], id: string): ParsedModel {
  const sources = files.map(({ name, content }) => ({ name, source: content }));
  const { namespaces, errors, warnings, places } = parseOplFiles(sources, { recover: true });
  return {
    model: errors.length > 0 ? undefined : new Model('opl', namespaces, { id, files, places }),
    diagnostics: [...errors, ...warnings],
  };
}
