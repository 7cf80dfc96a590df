import type { OutgoingHttpHeaders } from 'node:http';
import { constants, type IncomingHttpHeaders as Http2Headers, type ServerHttp2Stream } from 'node:http2';
import type { Message } from '@bufbuild/protobuf';
import { toCallError } from './call-error.ts';
import { grpcTimeoutMs } from './call-timeout.ts';
import { compressedWithoutEncoding, FRAME_HEADER_BYTES, onlyMessage, refuseOversized } from './grpc-frame.ts';
import { errorTrailers } from './grpc-status.ts';
import { acceptsGzip } from './gzip.ts';
import { decodeRequest, encodeFramedResponse } from './message-codec.ts';
import type { ArrivingRequest, ReadDeadlines } from './read-deadlines.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { RequestObserver } from './request-observer.ts';
import type { RpcMethod } from './rpc-method.ts';
import { callCanceled, ServerCall } from './server-call.ts';
import { TurnEnd } from './turn-end.ts';

export interface LaneOptions {
  /** The listener's, for the observer. */
  readonly name: string;
  readonly maxMessageBytes: number;
  readonly readDeadlines: ReadDeadlines;
  readonly observer?: RequestObserver | undefined;
  /** Told of every error that a handler threw. */
  readonly onError: (error: unknown, method: RpcMethod) => void;
}

/**
 * The short way of the calls that matter most: unary gRPC with binary messages, uncompressed, over
 * HTTP/2. It works on the stream itself; everything else goes through request and response objects
 * and must give the same answers.
 */
export class GrpcLane {
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Whether a request is of the lane's kind. Browsers' calls are not: they need cross-origin headers. */
  accepts(method: RpcMethod, headers: Http2Headers): boolean {
    const encoding = headers['grpc-encoding'];
    return (
      responseHeaders(headers['content-type']) !== undefined &&
      method.descriptor.methodKind === 'unary' &&
      headers[':method'] === 'POST' &&
      (encoding === undefined || encoding === 'identity') &&
      !acceptsGzip(headers['grpc-accept-encoding']) &&
      headers.origin === undefined
    );
  }

  serve(method: RpcMethod, stream: ServerHttp2Stream, headers: Http2Headers): void {
    new LaneCall(this.#options, method, stream, headers).start();
  }
}

const PROTO_HEADERS = { 'content-type': 'application/grpc+proto', 'grpc-accept-encoding': 'gzip' } as const;
const PLAIN_HEADERS = { 'content-type': 'application/grpc', 'grpc-accept-encoding': 'gzip' } as const;
const OK_TRAILERS = { 'grpc-status': '0' } as const;
const RESPOND_OPTIONS = { waitForTrailers: true, sendDate: false } as const;

function responseHeaders(contentType: string | undefined): OutgoingHttpHeaders | undefined {
  if (contentType === 'application/grpc') return PLAIN_HEADERS;
  if (contentType === 'application/grpc+proto') return PROTO_HEADERS;
  return undefined;
}

/** Where a stream keeps its call, so that one set of listeners serves all streams. */
const CALL = Symbol('call');
type LaneStream = ServerHttp2Stream & { [CALL]: LaneCall };

class LaneCall implements ArrivingRequest {
  readonly beganMs: number = performance.now();
  readonly #options: LaneOptions;
  readonly #method: RpcMethod;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: Http2Headers;
  readonly #call: ServerCall;
  #body: Buffer | undefined;
  /** Chunks after the first; most bodies are one. */
  #more: Buffer[] | undefined;
  #requestBytes = 0;
  #hasArrived = false;
  #answered = false;
  #trailers: OutgoingHttpHeaders = OK_TRAILERS;

  constructor(options: LaneOptions, method: RpcMethod, stream: ServerHttp2Stream, headers: Http2Headers) {
    this.#options = options;
    this.#method = method;
    this.#stream = stream;
    this.#headers = headers;
    this.#call = new ServerCall(headers);
  }

  start(): void {
    const stream = this.#stream as LaneStream;
    stream[CALL] = this;
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('aborted', onAborted);
    stream.on('error', ignoreStreamError);
    this.#options.readDeadlines.await(this);
    const timeout = this.#call.header('grpc-timeout');
    if (timeout !== undefined) this.#expireAfter(timeout);
  }

  /** The request took too long to arrive. */
  expire(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  #expireAfter(timeout: string): void {
    this.#call.onAbort = (reason) => this.#fail(reason);
    try {
      this.#call.expireAfter(grpcTimeoutMs(timeout));
    } catch (error) {
      this.#fail(error);
    }
  }

  receive(chunk: Buffer): void {
    if (this.#answered) return;
    this.#requestBytes += chunk.byteLength;
    if (this.#body === undefined) this.#body = chunk;
    else if (this.#more === undefined) this.#more = [chunk];
    else this.#more.push(chunk);
    try {
      refuseOversized(this.#head(), this.#requestBytes, this.#options.maxMessageBytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The first bytes of the body; a frame's header seldom comes in pieces. */
  #head(): Buffer {
    const first = this.#body ?? EMPTY;
    if (first.byteLength >= FRAME_HEADER_BYTES || this.#more === undefined) return first;
    this.#body = Buffer.concat([first, ...this.#more]);
    this.#more = undefined;
    return this.#body;
  }

  /** All of the request is there: answers it. */
  run(): void {
    this.#arrived();
    if (this.#answered) return;
    const first = this.#body ?? EMPTY;
    try {
      const { payload, compressed } = onlyMessage(
        this.#more === undefined ? first : Buffer.concat([first, ...this.#more]),
      );
      if (compressed) throw compressedWithoutEncoding();
      const request = decodeRequest(this.#method, 'proto', payload);
      this.#call.throwIfAborted();
      const response = this.#method.handler(request as never, this.#call as never); // rpcMethods() ties both to the method
      if (response instanceof Promise)
        response.then(
          (message) => this.#succeed(message),
          (error) => this.#fail(error),
        );
      else this.#succeed(response as Message);
    } catch (error) {
      this.#fail(error);
    }
  }

  #succeed(message: Message): void {
    if (this.#answered) return;
    let framed: Buffer;
    try {
      framed = encodeFramedResponse(this.#method, message);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#answer(framed, OK_TRAILERS, 0);
  }

  #fail(error: unknown): void {
    if (this.#answered) return;
    const reason = this.#call.abortReason ?? error;
    if (reason === error) this.#options.onError(error, this.#method);
    const callError = toCallError(reason);
    this.#answer(undefined, errorTrailers(callError), callError.code);
  }

  #answer(framed: Buffer | undefined, status: OutgoingHttpHeaders, grpcCode: number): void {
    this.#answered = true;
    this.#call.finish();
    this.#arrived();
    const stream = this.#stream;
    const { responseHeaders: extra, responseTrailers } = this.#call;
    const isGone = stream.destroyed || stream.closed;
    if (!isGone) {
      const base = responseHeaders(this.#headers['content-type']);
      this.#trailers = responseTrailers === undefined ? status : { ...responseTrailers, ...status };
      stream.respond(extra === undefined ? base : { ...extra, ...base }, RESPOND_OPTIONS);
      stream.on('wantTrailers', onWantTrailers);
      stream.end(framed);
    }
    this.#options.observer?.finished({
      listener: this.#options.name,
      protocol: 'grpc',
      httpVersion: '2.0',
      method: 'POST',
      target: this.#method.path,
      endpoint: this.#method.endpoint,
      httpStatus: isGone ? 0 : 200,
      grpcCode,
      durationMs: performance.now() - this.beganMs,
      requestBytes: this.#requestBytes,
      responseBytes: framed?.byteLength ?? 0,
      headers: this.#call.requestHeaders,
      remoteAddress: remoteAddressOf(stream.session),
    });
  }

  sendTrailers(): void {
    const stream = this.#stream;
    stream.sendTrailers(this.#trailers);
    // What the client still sends is of no use; without this it could go on for ever.
    // A tick later, since a reset at once would overtake the trailers.
    if (!stream.readableEnded) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  }

  /** The client has gone away. */
  cancel(): void {
    const reason = callCanceled();
    this.#call.abort(reason);
    this.#fail(reason);
  }

  #arrived(): void {
    if (this.#hasArrived) return;
    this.#hasArrived = true;
    this.#options.readDeadlines.arrived(this);
  }
}

/** Calls of all connections whose requests have arrived in this turn. */
const ARRIVED = new TurnEnd<LaneCall>((call) => call.run());

function onData(this: ServerHttp2Stream, chunk: Buffer): void {
  callOf(this).receive(chunk);
}

function onEnd(this: ServerHttp2Stream): void {
  ARRIVED.add(callOf(this));
}

function onAborted(this: ServerHttp2Stream): void {
  callOf(this).cancel();
}

function onWantTrailers(this: ServerHttp2Stream): void {
  callOf(this).sendTrailers();
}

function callOf(stream: ServerHttp2Stream): LaneCall {
  return (stream as LaneStream)[CALL]; // put there before the listeners
}

const EMPTY = Buffer.alloc(0);

/** Errors of a stream are its end, which `aborted` tells; without a listener they would end the process. */
function ignoreStreamError(): void {}
