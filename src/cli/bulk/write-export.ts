import { createWriteStream, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CommandFailure } from '../command-failure.ts';
import { systemErrorText } from '../system-error-text.ts';

interface ExportTarget {
  /** Undefined: the standard output. */
  readonly file: string | undefined;
  readonly stdout: Writable;
  readonly isCompressed: boolean;
  /** Ends the export early. */
  readonly signal: AbortSignal;
}

/**
 * Writes chunks to a file, or to the standard output. A file has another name until it is complete (FILE.part): an
 * export that is interrupted leaves nothing under the final one. What is no regular file, such as a pipe, is written as
 * it stands.
 * @throws {CommandFailure} when the file cannot be written, before any chunk is made if that shows; what making the
 * chunks throws
 */
export async function writeExport(chunks: AsyncIterable<string>, target: ExportTarget): Promise<void> {
  const { file, stdout } = target;
  if (file === undefined) return write(chunks, stdout, target);
  const isOther = isOtherThanFile(file);
  const path = isOther ? file : `${file}.part`;
  try {
    // A pipe may have to wait for its reader, and must not hold up everything meanwhile.
    const output = isOther ? createWriteStream(path) : createWriteStream(path, { fd: openSync(path, 'w') });
    await write(chunks, output, target);
    if (!isOther) renameSync(path, file);
  } catch (error) {
    if (!isOther) rmSync(path, { force: true });
    const isOfSystem = error instanceof Error && 'syscall' in error;
    throw isOfSystem ? new CommandFailure(`writing file ${file}: ${systemErrorText(error)}\n`) : error;
  }
}

/** @throws {CommandFailure} for a folder */
function isOtherThanFile(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) throw new CommandFailure(`writing file ${file}: is a directory\n`);
  return status !== undefined && !status.isFile();
}

/** The standard output stays open. */
async function write(chunks: AsyncIterable<string>, output: Writable, target: ExportTarget): Promise<void> {
  const options = { signal: target.signal, end: target.file !== undefined };
  const source = Readable.from(chunks);
  if (target.isCompressed) await pipeline(source, createGzip(), output, options);
  else await pipeline(source, output, options);
}
