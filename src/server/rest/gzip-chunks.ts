import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { InvalidArgumentError } from '../../errors.ts';

/** Compresses chunks as they come. */
export function gzipChunks(chunks: AsyncIterable<Uint8Array | string>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ level: 1 }); // tuples are alike, so that higher levels cost much and gain little
  // Whoever iterates is told of errors.
  return pipeline(Readable.from(chunks), gzip, () => {});
}

/** Decompresses chunks as they come. @throws {InvalidArgumentError} when they are broken */
export async function* gunzipChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: false });
  try {
    yield* pipeline(source, createGunzip(), () => {}) as AsyncIterable<Uint8Array>; // it yields Buffers
  } catch (error) {
    const isOfZlib = (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    throw isOfZlib
      ? new InvalidArgumentError({ message: 'the body is not what gzip makes, or ends too early', cause: error })
      : error;
  }
}
