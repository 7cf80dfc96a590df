import type { HttpRequest } from './http-exchange.ts';
import type { ServerCall } from './server-call.ts';

/**
 * Reads a call's body. When it is refused, or the call is given up, the rest is left unread and the request as it is,
 * so that it can be answered; what still comes is read off the connection after the answer.
 * @param call is given up by the caller when the client goes away
 * @param refuse is given the first bytes and the count of all that have come; it throws to refuse the body
 * @throws what `refuse` throws, or why the call was given up
 */
export function readBody(
  request: HttpRequest,
  call: ServerCall,
  refuse: (head: Buffer, receivedBytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    call.onAbort = reject;
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    const onData = (chunk: Buffer): void => {
      receivedBytes += chunk.byteLength;
      chunks.push(chunk);
      try {
        refuse(chunks[0] ?? chunk, receivedBytes);
      } catch (error) {
        request.off('data', onData);
        request.pause();
        chunks.length = 0;
        reject(error);
      }
    };
    request.on('data', onData);
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))); // the one there is
  });
}
