import { acceptPost, rpcContentType } from './content-type.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import type { RpcMethod } from './rpc-method.ts';
import { StreamingHandler } from './streaming-handler.ts';
import { handleUnary } from './unary-handler.ts';
import { handleUpload, isUpload } from './upload-handler.ts';

export interface RpcHandlerOptions {
  readonly methods: Iterable<RpcMethod>;
  readonly maxMessageBytes: number;
  readonly shutdownSignal: AbortSignal;
  readonly onError: (error: unknown, method: RpcMethod) => void;
}

/** Answers RPC requests over request and response objects, whatever the protocol (contract: gRPC §1.2). */
export class RpcHandler {
  readonly #options: RpcHandlerOptions;
  readonly #streaming: StreamingHandler;

  constructor(options: RpcHandlerOptions) {
    this.#options = options;
    this.#streaming = new StreamingHandler(options.methods, options);
  }

  /** Never rejects. @param onStatus gets the number of the gRPC status, where the answer has one */
  async handle(
    method: RpcMethod,
    request: HttpRequest,
    response: HttpResponse,
    onStatus: (grpcCode: number) => void,
  ): Promise<void> {
    const kind = method.descriptor.methodKind;
    if (kind === 'bidi_streaming' && request.httpVersionMajor < 2)
      return refuse(response, 505, { connection: 'close' });
    if (request.method !== 'POST') return refuse(response, 405, { allow: 'POST' });
    const streaming = kind !== 'unary';
    const type = rpcContentType(request.headers['content-type'], streaming);
    if (type === undefined) return refuse(response, 415, { 'accept-post': acceptPost(streaming) });
    const { protocol } = type;
    try {
      if (isUpload(method, type, request)) {
        onStatus(await handleUpload({ method, type, request, response }, this.#options));
      } else if (kind !== 'unary' || protocol === 'connect-stream') {
        await this.#streaming.handle({ method, type, request, response }, onStatus);
      } else {
        onStatus(await handleUnary({ method, protocol, type, request, response }, this.#options));
      }
    } catch (error) {
      this.#options.onError(error, method);
      response.destroy();
    }
  }
}

function refuse(response: HttpResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...headers, 'content-length': 0 });
  response.end();
}
