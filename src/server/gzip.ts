import { promisify } from 'node:util';
import { gunzip as nodeGunzip, gzip as nodeGzip } from 'node:zlib';
import { InvalidArgumentError, SthenoError } from '../errors.ts';
import { messageTooLarge } from './grpc-frame.ts';

/** Compresses a message. */
export const gzip: (bytes: Uint8Array | string) => Promise<Buffer> = promisify(nodeGzip);

/**
 * Decompresses a message.
 * @throws SthenoError if it is broken or grows beyond `maxBytes`
 */
export async function gunzip(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  if (bytes.byteLength === 0) return bytes;
  try {
    return await gunzipBytes(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw messageTooLarge(undefined, maxBytes);
    throw new InvalidArgumentError({ message: 'decompression failed', cause });
  }
}

/**
 * Whether answers are to be compressed: gzip is the first coding of the client's list that we speak.
 * `identity` before it means that the client prefers them as they are.
 */
export function acceptsGzip(acceptEncoding: string | readonly string[] | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  if (acceptEncoding !== last.list) {
    const first = String(acceptEncoding)
      .split(',')
      .map((name) => name.trim())
      .find((name) => name === 'gzip' || name === 'identity');
    last = { list: acceptEncoding, acceptsGzip: first === 'gzip' };
  }
  return last.acceptsGzip;
}

/** What was told last: calls come with the same list again and again. */
let last: { readonly list: string | readonly string[]; readonly acceptsGzip: boolean } = {
  list: '',
  acceptsGzip: false,
};

/**
 * Whether a request is compressed, by its encoding header.
 * @throws SthenoError for an encoding that is not spoken
 */
export function isGzip(encoding: string | undefined): boolean {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return false;
  if (encoding === 'gzip') return true;
  throw new SthenoError('unimplemented', {
    message: `unknown compression "${encoding}": supported encodings are gzip`,
  });
}

const gunzipBytes = promisify(nodeGunzip) as (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
) => Promise<Buffer>; // promisify takes the overload without options
