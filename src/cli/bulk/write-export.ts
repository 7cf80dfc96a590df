import { createWriteStream, renameSync, rmSync } from 'node:fs';
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
 * export that is interrupted leaves nothing under the final one.
 * @throws {CommandFailure} when the file cannot be written; what making the chunks throws
 */
export async function writeExport(chunks: AsyncIterable<string>, target: ExportTarget): Promise<void> {
  const { file, stdout } = target;
  if (file === undefined) return write(chunks, stdout, target);
  const part = `${file}.part`;
  try {
    await write(chunks, createWriteStream(part), target);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    const isOfSystem = error instanceof Error && 'syscall' in error;
    throw isOfSystem ? new CommandFailure(`writing file ${file}: ${systemErrorText(error)}\n`) : error;
  }
}

/** The standard output stays open. */
async function write(chunks: AsyncIterable<string>, output: Writable, target: ExportTarget): Promise<void> {
  const options = { signal: target.signal, end: target.file !== undefined };
  const source = Readable.from(chunks);
  if (target.isCompressed) await pipeline(source, createGzip(), output, options);
  else await pipeline(source, output, options);
}
