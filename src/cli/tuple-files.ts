import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { RelationTuple } from '../tuple/relation-tuple.ts';
import { CommandFailure } from './command-failure.ts';
import { systemErrorText } from './system-error-text.ts';

/** How large one input may be. */
export const MAX_INPUT_BYTES = 10_485_760;

const MAX_DIRECTORY_DEPTH = 3;

/** Why one input cannot be decoded; the place is put before it. */
export class DecodeError extends Error {}

type Decode = (input: Buffer) => RelationTuple[];

/**
 * The tuples of files, of all files below directories in the order of their names, and of the standard input (`-`).
 *
 * @throws {CommandFailure} that names the place.
 * Source: contract, command line §8 and §10.
 */
export async function readTupleFiles(
  paths: readonly string[],
  decode: Decode,
  stdin: Readable,
): Promise<RelationTuple[]> {
  const tuples: RelationTuple[] = [];
  for (const path of paths) {
    if (path === '-') tuples.push(...decodeAt('stdin', await readStream(stdin), decode));
    else for (const file of filesBelow(path)) tuples.push(...decodeAt(file, readFile(file), decode));
  }
  return tuples;
}

function decodeAt(place: string, input: Buffer, decode: Decode): RelationTuple[] {
  try {
    if (input.length > MAX_INPUT_BYTES) {
      throw new DecodeError(`input exceeds maximum size of ${MAX_INPUT_BYTES} bytes`);
    }
    return decode(input);
  } catch (error) {
    throw error instanceof DecodeError ? new CommandFailure(`${place}: ${error.message}\n`) : error;
  }
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandFailure(`opening file ${path}: ${systemErrorText(error)}\n`);
  }
}

async function readStream(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function filesBelow(path: string): string[] {
  try {
    const clean = normalize(path).replace(/(?<=.)\/$/, '');
    return statSync(clean).isDirectory() ? [...walk(clean, clean)] : [clean];
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`error getting stats for ${path}: ${systemErrorText(error)}\n`);
  }
}

function* walk(directory: string, top: string): Generator<string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))) {
    const path = join(directory, entry.name);
    const below = relative(top, path).split(sep);
    if (below.length > MAX_DIRECTORY_DEPTH) {
      throw new CommandFailure(`maximum directory depth of ${MAX_DIRECTORY_DEPTH} exceeded at ${below.join('/')}\n`);
    }
    if (entry.isDirectory()) yield* walk(path, top);
    else yield path;
  }
}
