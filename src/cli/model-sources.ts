import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ModelFile } from '../namespace/model.ts';
import { decodeOpl } from '../opl/decode.ts';
import { openModelSource } from '../opl/model-source.ts';
import { CommandFailure } from './command-failure.ts';
import type { Flag } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** The flag of the commands that take a model. */
export const modelFileFlag: Flag = {
  kind: 'list',
  name: 'file',
  short: 'f',
  isFile: true,
  about: 'file or directory of the model, a file://, http://, https:// or base64:// location, - for the standard input',
};

/**
 * The files of a model that may be in several places; together they are one model.
 * @throws {UsageError} without any place
 * @throws {CommandFailure} when one cannot be read
 */
export async function readModelSources(places: readonly string[], stdin: Readable): Promise<ModelFile[]> {
  if (places.length === 0) throw new UsageError('the flag --file is missing: it says where the model is');
  const files = await Promise.all(places.map((place) => readPlace(place, stdin)));
  return files.flat();
}

async function readPlace(place: string, stdin: Readable): Promise<ModelFile[]> {
  if (place === '-') return [{ name: 'stdin', content: decodeOpl(await buffer(stdin)) }];
  // A path is taken as it stands: what looks like an escape in it is none.
  const location = /^[a-z][a-z0-9+.-]*:\/\//i.test(place) ? place : `file://${place.replaceAll('%', '%25')}`;
  try {
    const { documents } = openModelSource({ kind: 'opl', location }, { timing: { retryWaitsMs: [] } });
    await using reading = documents;
    const read = await reading.read();
    if (read.length === 0) throw new Error('there are no files');
    return read.map(({ name, bytes }) => ({ name, content: decodeOpl(bytes) }));
  } catch (error) {
    const shown = place.length > MAX_SHOWN ? `${place.slice(0, MAX_SHOWN)}…` : place;
    throw new CommandFailure(
      `could not read the model from ${shown}: ${error instanceof Error ? error.message : error}\n`,
    );
  }
}

/** A `base64://` location is a whole document. */
const MAX_SHOWN = 200;
