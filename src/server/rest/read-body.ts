import { SthenoError } from '../../errors.ts';
import type { HttpRequest } from '../http-exchange.ts';

/**
 * The whole body of a request. What comes beyond the limit is read and thrown away, so that the
 * client gets to see the answer; the listener's timeout ends a body that does not end.
 * @throws {SthenoError} `resource_exhausted` when the body has more bytes than allowed
 */
export async function readBody(request: HttpRequest, { maxBytes }: { maxBytes: number }): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    throw tooLarge(maxBytes);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', (cause) => reject(cutOff(cause)));
    request.once('close', () => reject(cutOff(undefined))); // after the end it says nothing new
  });
}

function tooLarge(maxBytes: number): SthenoError {
  return new SthenoError('resource_exhausted', { message: `the request body is larger than ${maxBytes} bytes` });
}

function cutOff(cause: unknown): SthenoError {
  return new SthenoError('canceled', { message: 'the request ended before its body did', cause });
}
