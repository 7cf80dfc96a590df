import { IncomingMessage, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import { lingerBehindAnswer } from './linger-behind-answer.ts';

/** A request of either HTTP version. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;
/** A response of either HTTP version. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Answers a request. The signal is aborted when the server stops, for answers that may be endless. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse, shutdownSignal?: AbortSignal) => void;

// What a listener makes of its requests, so that sizes can be told whoever reads and writes the bodies.

export class Http1Request extends IncomingMessage {
  bodyBytes = 0;

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.bodyBytes += chunk?.byteLength ?? 0;
    return super.push(chunk, encoding);
  }
}

export class Http1Response extends ServerResponse<Http1Request> {
  bodyBytes = 0;

  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    this.bodyBytes += byteLength(chunk);
    return super.write(chunk, encoding as BufferEncoding, callback as never); // passed on as they came
  }

  override end(chunk?: unknown, encoding?: unknown, callback?: unknown): this {
    this.bodyBytes += byteLength(chunk);
    if (!this.req.complete) this.prependOnceListener('finish', () => lingerBehindRest(this.req));
    return super.end(chunk, encoding as BufferEncoding, callback as never); // passed on as they came
  }
}

/** Nothing more can be read of a request that was destroyed; Node.js has taken its socket away. */
function lingerBehindRest(request: Http1Request): void {
  if (!request.complete && !request.destroyed) lingerBehindAnswer(request);
}

export class Http2Request extends Http2ServerRequest {
  bodyBytes = 0;

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    this.bodyBytes += chunk?.byteLength ?? 0;
    return super.push(chunk, encoding);
  }
}

export class Http2Response extends Http2ServerResponse {
  bodyBytes = 0;

  constructor(stream: ServerHttp2Stream) {
    super(stream);
    // A client that is answered before it has sent everything is told to stop (RFC 9113, §8.1); it
    // could wait for ever to go on. An immediate later, since Node.js sends the trailers in one.
    stream.once('wantTrailers', () => setImmediate(() => endReading(stream)));
  }

  /** Also called by the base class for the chunk that is given to `end`. */
  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    this.bodyBytes += byteLength(chunk);
    return super.write(chunk as string, encoding as BufferEncoding, callback as never); // passed on as they came
  }
}

function endReading(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded && !stream.endAfterHeaders) stream.close(constants.NGHTTP2_NO_ERROR);
}

function byteLength(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
