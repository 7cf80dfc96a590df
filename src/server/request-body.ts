import { constants } from 'node:http2';
import { messageTooLarge } from './grpc-frame.ts';
import { Http1Response, Http2Response, type HttpRequest, type HttpResponse } from './http-exchange.ts';
import { callCanceled } from './server-call.ts';

/**
 * Reads a request's body. When it is larger than `maxBytes` the rest is left unread and the request
 * as it is, so that it can be answered: see {@link abandonRequest}.
 * @throws SthenoError if the body is too large or the client goes away
 */
export function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let byteLength = 0;
    const onData = (chunk: Buffer): void => {
      byteLength += chunk.byteLength;
      chunks.push(chunk);
      if (byteLength <= maxBytes) return;
      request.off('data', onData);
      request.pause();
      chunks.length = 0;
      reject(messageTooLarge(undefined, maxBytes));
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
    stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  }
}
