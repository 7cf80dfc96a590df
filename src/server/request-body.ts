import type { HttpRequest } from './http-exchange.ts';
import { callCanceled, type ServerCall } from './server-call.ts';

/**
 * Reads a call's body. When it is refused, or the call is given up, the rest is left unread and the request as it is,
 * so that it can be answered; what still comes is read off the connection after the answer.
 * @param refuse is given the first bytes and the count of all that have come; it throws to refuse the body
 * @throws what `refuse` throws, why the call was given up, or SthenoError if the client goes away
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
    let hasEnded = false;
    request.on('data', onData);
    request.on('end', () => {
      hasEnded = true;
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)); // the one there is
    });
    request.on('error', () => reject(callCanceled()));
    request.on('close', () => {
      if (!hasEnded) reject(callCanceled()); // an error costs more than all the rest here
    });
  });
}
