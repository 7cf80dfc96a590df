import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFileTree } from '../namespace/file-tree.ts';
import { decodeOpl } from '../opl/decode.ts';
import type { OplFile } from '../opl/parse.ts';
import { CommandFailure } from './command-failure.ts';
import { systemErrorText } from './system-error-text.ts';

/**
 * The files of a model at a path. A folder is read as the server reads it, which refuses one without files, too.
 * @throws {CommandFailure} when there is nothing to read
 */
export async function readOplFiles(path: string): Promise<readonly OplFile[]> {
  try {
    const { isDirectory, files } = await readFileTree(path);
    if (!isDirectory) return [readOplFile(path, path)];
    if (files.length === 0) throw new CommandFailure(`there are no files in ${path}\n`);
    return files.map(({ name, path: file }) => readOplFile(join(path, name), file));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`could not read ${path}: ${systemErrorText(error)}\n`);
  }
}

function readOplFile(name: string, path: string): OplFile {
  return { name, source: decodeOpl(readFileSync(path)) };
}
