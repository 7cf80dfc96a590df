import type { IncomingHttpHeaders } from 'node:http';

/** How a request was spoken. */
export type RequestProtocol = 'grpc' | 'grpc-web' | 'connect' | 'http';

/** A request whose headers have come in. */
export interface StartedRequest {
  readonly method: string;
  /** The request target with its query, as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string | undefined;
}

/** A request that was answered or given up, told once. */
export interface FinishedRequest extends StartedRequest {
  /** Name of the listener: `read`, `write`, `opl` or `metrics`. */
  readonly listener: string;
  readonly protocol: RequestProtocol;
  /** `HTTP/1.1` or `HTTP/2.0`. */
  readonly httpVersion: string;
  /** The name the request is counted under (contract: gRPC §8, REST §11); undefined when nothing matched. */
  readonly endpoint: string | undefined;
  /** 0 when the client was gone before a status was sent. */
  readonly httpStatus: number;
  /** The number of the gRPC status; only for answers that carry one. */
  readonly grpcCode: number | undefined;
  readonly durationMs: number;
  /** Bytes of the body as they came in, after transport decryption and before decompression. */
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Is told of every request of a listener, for metrics and access logs. It must not throw. */
export interface RequestObserver {
  /** Told before the request is handled. Left out where nobody wants to know, since it costs. */
  readonly started?: ((request: StartedRequest) => void) | undefined;
  finished(request: FinishedRequest): void;
}
