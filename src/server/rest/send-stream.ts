import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpRequest, HttpResponse } from '../http-exchange.ts';
import type { ServerCall } from '../server-call.ts';
import type { StreamAnswer } from './answer.ts';

/**
 * Writes an answer bit by bit, after headers that were collected on the way; its own win. Resolves when all of it is
 * written, or nobody wants it any more.
 * @throws what the answer throws; when the headers are out, nobody has been told
 */
export async function sendStream(
  request: HttpRequest,
  response: HttpResponse,
  answer: StreamAnswer,
  call: ServerCall,
): Promise<void> {
  const chunks = answer.chunks[Symbol.asyncIterator]();
  try {
    let next = await untilGivenUp(chunks.next(), call.signal);
    const headers: OutgoingHttpHeaders = { ...call.responseHeaders, 'content-type': answer.contentType };
    response.writeHead(answer.status, { ...headers, ...answer.headers });
    while (request.method !== 'HEAD' && next.done !== true) {
      await write(response, next.value, call.signal);
      next = await untilGivenUp(chunks.next(), call.signal);
    }
    response.end();
  } finally {
    // Not awaited: what waits for something would hold the end back.
    chunks.return?.().catch(() => {});
  }
}

/** Resolves when the client has room for more. */
function write(response: HttpResponse, chunk: Uint8Array | string, signal: AbortSignal): Promise<void> {
  // Both versions have the same method, of which the compiler sees two.
  const hasRoom = (response as { write(chunk: Uint8Array | string): boolean }).write(chunk);
  if (hasRoom) return Promise.resolve();
  let onDrain = (): void => {};
  const drained = new Promise<void>((resolve) => {
    onDrain = resolve;
    response.once('drain', onDrain);
  });
  return untilGivenUp(drained, signal).finally(() => response.off('drain', onDrain));
}

function untilGivenUp<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
