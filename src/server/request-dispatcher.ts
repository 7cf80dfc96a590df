import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { GrpcLane } from './grpc-lane.ts';
import {
  Http1Request,
  type Http1Response,
  Http2Request,
  Http2Response,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
} from './http-exchange.ts';
import { liftReadDeadline, setReadDeadline } from './read-deadline.ts';
import type { ArrivingRequest, ReadDeadlines } from './read-deadlines.ts';
import { remoteAddressOf } from './remote-address.ts';
import type { RequestObserver, RequestProtocol } from './request-observer.ts';
import { endpointOf } from './rest/request-endpoint.ts';
import { RpcHandler } from './rpc-handler.ts';
import type { RpcMethod } from './rpc-method.ts';

export interface DispatcherOptions {
  /** Of the listener, for the observer. */
  readonly name: string;
  readonly methods: ReadonlyMap<string, RpcMethod>;
  /** Answers what is no RPC. */
  readonly fallback: HttpHandler;
  readonly cors?: CrossOrigin | undefined;
  readonly maxMessageBytes: number;
  readonly readDeadlines: ReadDeadlines;
  readonly shutdownSignal: AbortSignal;
  readonly observer?: RequestObserver | undefined;
  readonly onError: (error: unknown, method: RpcMethod | undefined) => void;
}

/** Adds cross-origin headers to a response; true when it has answered the request, which was a preflight. */
export type CrossOrigin = (request: HttpRequest, response: HttpResponse) => boolean;

/** Sends each request of a listener where it is answered, and tells the observer when it was. */
export class RequestDispatcher {
  readonly #options: DispatcherOptions;
  readonly #lane: GrpcLane;
  readonly #rpc: RpcHandler;

  constructor(options: DispatcherOptions) {
    const { name, methods, maxMessageBytes, readDeadlines, shutdownSignal, observer, onError } = options;
    this.#options = options;
    this.#rpc = new RpcHandler({ methods: methods.values(), maxMessageBytes, shutdownSignal, onError });
    this.#lane = new GrpcLane({ name, maxMessageBytes, readDeadlines, observer, onError });
  }

  /** A request over HTTP/2. */
  stream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    const method = this.#options.methods.get(headers[':path'] ?? '');
    if (method !== undefined && this.#lane.accepts(method, headers)) {
      this.#announceLane(method, stream, headers);
      this.#lane.serve(method, stream, headers);
      return;
    }
    const request = new Http2Request(stream, headers, {}, rawHeaders);
    const response = new Http2Response(stream);
    this.#limitReading(request, response, () => stream.close(constants.NGHTTP2_CANCEL));
    if (headers.expect === '100-continue') response.writeContinue();
    this.request(request, response);
  }

  /** A request of either version, as objects. */
  request(request: Http1Request | Http2Request, response: Http1Response | Http2Response): void {
    const method = this.#options.methods.get(pathOf(request.url ?? ''));
    let grpcCode: number | undefined;
    if (request instanceof Http1Request && hasBody(request)) {
      this.#limitReading(request, response, () => request.socket.destroy());
    }
    this.#observe(request, response, method, () => grpcCode);
    try {
      if (this.#options.cors?.(request, response)) return;
      if (method?.descriptor.methodKind === 'client_streaming') liftReadDeadline(request);
      if (method === undefined) this.#options.fallback(request, response, this.#options.shutdownSignal);
      else void this.#rpc.handle(method, request, response, (code) => (grpcCode = code)); // it never rejects
    } catch (error) {
      this.#options.onError(error, method);
      response.destroy();
    }
  }

  #limitReading(
    request: Http1Request | Http2Request,
    response: Http1Response | Http2Response,
    expire: () => void,
  ): void {
    const { readDeadlines } = this.#options;
    const begin = (): ArrivingRequest => ({ beganMs: performance.now(), expire });
    let arriving = begin();
    readDeadlines.await(arriving);
    const arrived = (): void => readDeadlines.arrived(arriving);
    request.once('end', arrived).once('close', arrived);
    setReadDeadline(request, () => {
      arrived();
      // What is sent behind the answer is nobody's to wait for.
      response.once('finish', () => {
        if (request.readableEnded) return;
        arriving = begin();
        readDeadlines.await(arriving);
      });
    });
  }

  #announceLane({ path }: RpcMethod, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.#options.observer?.started?.({
      method: 'POST',
      target: path,
      headers,
      remoteAddress: remoteAddressOf(stream.session),
    });
  }

  #observe(
    request: Http1Request | Http2Request,
    response: Http1Response | Http2Response,
    method: RpcMethod | undefined,
    grpcCode: () => number | undefined,
  ): void {
    const { observer, name } = this.#options;
    if (observer === undefined) return;
    const beganMs = performance.now();
    // Asked now: the socket may be gone when the answer is done.
    const { remoteAddress } = request.socket;
    const { method: httpMethod = '', url: target = '', headers } = request;
    observer.started?.({ method: httpMethod, target, headers, remoteAddress });
    response.on('close', () =>
      // Without a spread, which would cost more than the rest of the telemetry.
      observer.finished({
        method: httpMethod,
        target,
        headers,
        remoteAddress,
        listener: name,
        protocol: protocolOf(request, method),
        httpVersion: request.httpVersion,
        endpoint: method?.endpoint ?? endpointOf(request),
        httpStatus: response.headersSent ? response.statusCode : 0,
        grpcCode: grpcCode(),
        durationMs: performance.now() - beganMs,
        requestBytes: request.bodyBytes,
        responseBytes: response.bodyBytes,
      }),
    );
  }
}

/** Of a request over HTTP/1.1, by its headers (RFC 9112 §6.3). */
function hasBody({ headers }: Http1Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function pathOf(target: string): string {
  const queryAt = target.indexOf('?');
  return queryAt < 0 ? target : target.slice(0, queryAt);
}

function protocolOf(request: Http1Request | Http2Request, method: RpcMethod | undefined): RequestProtocol {
  if (method === undefined) return 'http';
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/grpc-web')) return 'grpc-web';
  return type.startsWith('application/grpc') ? 'grpc' : 'connect';
}
