import { SthenoError } from '../../errors.ts';
import type { HttpRequest } from '../http-exchange.ts';

/**
 * The whole body of a request. What comes beyond the limit is read and thrown away, so that the
 * client gets to see the answer; the listener's timeout ends a body that does not end.
 * @throws {SthenoError} `resource_exhausted` when the body has more bytes than allowed
 */
export function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return Promise.reject(tooLarge(maxBytes));
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let hasEnded = false;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes));
    });
    request.on('end', () => {
      hasEnded = true;
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)); // the one there is
    });
    request.on('error', (cause) => reject(cutOff(cause)));
    request.on('close', () => {
      if (!hasEnded) reject(cutOff(undefined)); // an error costs more than all the rest here
    });
  });
}

function tooLarge(maxBytes: number): SthenoError {
  return new SthenoError('resource_exhausted', { message: `the request body is larger than ${maxBytes} bytes` });
}

function cutOff(cause: unknown): SthenoError {
  return new SthenoError('canceled', { message: 'the request ended before its body did', cause });
}
