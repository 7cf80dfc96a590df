import { Model } from '../namespace/model.ts';
import { formatDiagnostics } from '../opl/format-diagnostics.ts';
import { type OplFile, parseOplFiles } from '../opl/parse.ts';
import { CommandFailure } from './command-failure.ts';
import { readOplFiles } from './read-opl-files.ts';

/**
 * The model in a file or a folder.
 * @throws {CommandFailure} when it cannot be read, or with all mistakes in it at their places
 */
export async function readModel(path: string): Promise<Model> {
  return modelOf(await readOplFiles(path));
}

/** The model of files. @throws {CommandFailure} with all mistakes in it at their places */
export function modelOf(files: readonly OplFile[]): Model {
  const { namespaces, errors } = parseOplFiles(files, { recover: true });
  if (errors.length === 0) return new Model('opl', namespaces);
  const shown = files.map(({ name, source }) => {
    const ofFile = errors.filter(({ file }) => file === name);
    return formatDiagnostics(source, name, ofFile, { color: false });
  });
  throw new CommandFailure(shown.join(''));
}
