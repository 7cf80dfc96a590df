import { constants } from 'node:http2';
import { Http1Response, Http2Response, type HttpRequest, type HttpResponse } from './http-exchange.ts';
import { callCanceled } from './server-call.ts';

/**
 * Reads a request's body. When it is refused the rest is left unread and the request as it is, so
 * that it can be answered: see {@link abandonRequest}.
 * @param refuse is given the first bytes and the count of all that have come; it throws to refuse the body
 * @throws what `refuse` throws, or SthenoError if the client goes away
 */
export function readBody(request: HttpRequest, refuse: (head: Buffer, receivedBytes: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
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
    request.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))); // the one there is
    request.once('error', () => reject(callCanceled()));
    request.once('close', () => reject(callCanceled()));
  });
}

/**
 * Lets the connection, or the stream of an HTTP/2 one, end with the answer if the request's body
 * was not read to its end: what still comes is of no use. To be called before the answer is written.
 */
export function abandonRequest(request: HttpRequest, response: HttpResponse): void {
  if (request.readableEnded) return;
  if (response instanceof Http1Response) response.shouldKeepAlive = false;
  if (response instanceof Http2Response) {
    const { stream } = response;
    // An immediate later, since the trailers are sent in one; a reset must not overtake them.
    stream.once('wantTrailers', () => setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR)));
  }
}
