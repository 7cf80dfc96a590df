import { SthenoError } from '../../errors.ts';
import type { HttpRequest } from '../http-exchange.ts';
import type { ServerCall } from '../server-call.ts';

/**
 * The whole body of a request. What comes beyond the limit is read and thrown away, so that the
 * client gets to see the answer; the listener's timeout ends a body that does not end.
 * @param call is given up by the caller when the client goes away
 * @throws {SthenoError} `resource_exhausted` when the body has more bytes than allowed, or why the call was given up
 */
export function readBody(request: HttpRequest, call: ServerCall, maxBytes: number): Promise<Buffer> {
  call.throwIfAborted();
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return Promise.reject(tooLarge(maxBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    call.onAbort = reject;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else reject(tooLarge(maxBytes));
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))); // the one there is
  });
}

function tooLarge(maxBytes: number): SthenoError {
  return new SthenoError('resource_exhausted', { message: `the request body is larger than ${maxBytes} bytes` });
}
