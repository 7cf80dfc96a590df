import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { Model } from '../../namespace/model.ts';
import { formatDiagnostics } from '../../opl/format-diagnostics.ts';
import { type OplFile, parseOplFiles } from '../../opl/parse.ts';
import { CommandFailure } from '../command-failure.ts';
import { readOplFiles } from '../read-opl-files.ts';
import { systemErrorText } from '../system-error-text.ts';
import { readTest } from './read-test.ts';
import { readTuples } from './read-tuples.ts';
import type { TestFile } from './test-file.ts';
import { TestFileError } from './test-file-error.ts';
import { YamlReader } from './yaml-reader.ts';

/** Larger files are hardly meant. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Whether the file's own model answers the questions, is only what coverage is of, or is not needed at all. */
export type ModelUse = 'answers' | 'coverage' | 'none';

/**
 * Reads a file of model tests, with the model that it has or names.
 * @throws {TestFileError} with file, line, column and reason
 */
export async function readTestFile(path: string, modelUse: ModelUse): Promise<TestFile> {
  const text = readText(path);
  const root = YamlReader.parse(path, text);
  const fields = root.fields(['model', 'model_file', 'strict', 'tuples', 'tests']);
  const isNeeded = modelUse !== 'none';
  const { files, sources } = isNeeded ? await modelFiles(path, root, fields) : { files: [], sources: [] };
  const model = parseModel(files, { path, text });
  const checkedBy = modelUse === 'answers' ? model : undefined;
  if (fields.tests === undefined) throw root.failure('the key "tests" is missing');
  return {
    path,
    model,
    strict: fields.strict?.truth() ?? false,
    tuples: readTuples(fields.tuples, checkedBy),
    tests: fields.tests.items().map((test) => readTest(test, checkedBy)),
    sources: [path, ...sources],
  };
}

/** `text` is what stands at the path, which may be one of the files. */
function parseModel(files: readonly OplFile[], { path, text }: { path: string; text: string }): Model {
  const { namespaces, errors } = parseOplFiles(files, { recover: true });
  if (errors.length === 0) return new Model('opl', namespaces);
  const shown = files.map((file) => {
    const source = file.name === path ? text : file.source;
    const ofFile = errors.filter((error) => error.file === file.name);
    return formatDiagnostics(source, file.name, ofFile, { color: false });
  });
  throw new TestFileError(shown.join(''));
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_BYTES) throw new TestFileError(`${path}: larger than ${MAX_BYTES} bytes\n`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof TestFileError) throw error;
    throw new TestFileError(`could not read ${path}: ${systemErrorText(error)}\n`);
  }
}

/** The documents of the model, and the files and the folder that they come from, if they are not in the file itself. */
async function modelFiles(
  path: string,
  root: YamlReader,
  { model, model_file: modelFile }: Partial<Record<'model' | 'model_file', YamlReader>>,
): Promise<{ files: readonly OplFile[]; sources: readonly string[] }> {
  if (model !== undefined && modelFile !== undefined) throw modelFile.failure('the model is in the file already');
  if (model !== undefined) {
    const embedded = model.embedded();
    const source = embedded ?? model.text();
    return { files: [{ name: embedded === undefined ? `${path} (model)` : path, source }], sources: [] };
  }
  if (modelFile === undefined) throw root.failure('one of the keys "model" and "model_file" is missing');
  const given = modelFile.text();
  const name = isAbsolute(given) ? given : join(dirname(path), given);
  try {
    const files = await readOplFiles(name);
    return { files, sources: [name, ...files.map((file) => file.name)] };
  } catch (error) {
    throw error instanceof CommandFailure ? modelFile.failure(error.message.trimEnd()) : error;
  }
}
