import { createConnectRouter, createContextValues, type HandlerContext } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from '@connectrpc/connect-node';
import { toCallError } from './call-error.ts';
import { CONNECT_UNARY } from './connect-unary.ts';
import type { RpcContentType } from './content-type.ts';
import { endUnread } from './end-unread.ts';
import { percentEncode } from './grpc-status.ts';
import { GRPC_UNARY } from './grpc-unary.ts';
import { acceptsGzip } from './gzip.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import type { RpcMethod } from './rpc-method.ts';
import { deadlineExceeded } from './server-call.ts';
import { StreamCall } from './stream-call.ts';
import { streamRules } from './stream-rules.ts';

export interface StreamingOptions {
  readonly maxMessageBytes: number;
  /** Aborted when the server stops, since streams may be endless. */
  readonly shutdownSignal: AbortSignal;
  /** Told of every error that a call ended with. */
  readonly onError: (error: unknown, method: RpcMethod) => void;
}

export interface StreamingExchange {
  readonly method: RpcMethod;
  readonly type: RpcContentType;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

/** Answers streaming calls with connect-es, which knows gRPC, gRPC-Web and Connect. */
export class StreamingHandler {
  readonly #handlers = new Map<string, UniversalHandler>();
  readonly #shutdownSignal: AbortSignal;

  constructor(methods: Iterable<RpcMethod>, { maxMessageBytes, shutdownSignal, onError }: StreamingOptions) {
    this.#shutdownSignal = shutdownSignal;
    for (const method of methods) {
      if (method.descriptor.methodKind === 'unary') continue;
      const router = createConnectRouter({
        acceptCompression: [compressionGzip],
        compressMinBytes: 0,
        readMaxBytes: maxMessageBytes,
        jsonOptions: { registry: method.types },
        shutdownSignal,
        interceptors: [streamRules((error) => onError(error, method))],
      });
      const implementation = (input: unknown, context: HandlerContext): unknown =>
        method.handler(input as never, new StreamCall(context) as never); // rpcMethods() ties both to the method
      router.rpc(method.descriptor, implementation as never);
      for (const handler of router.handlers) this.#handlers.set(method.path, handler);
    }
  }

  /** Rejects only if the answer could not be written. @param onStatus gets the number of the gRPC status, where there is one */
  async handle(
    { method, type, request, response }: StreamingExchange,
    onStatus: (grpcCode: number) => void,
  ): Promise<void> {
    const handler = this.#handlers.get(method.path);
    if (handler === undefined) throw new Error(`BUG: ${method.path} is no streaming method`);
    endUnread(response, this.#shutdownSignal);
    const universal = universalRequestFromNodeRequest(request, response, undefined, createContextValues());
    const failure = headerFailure(type, request);
    amendHeader(universal.header, type);
    const body = failure === undefined ? requestBody(request) : failing(failure);
    const answer = await handler({ ...universal, body });
    answer.header?.set('content-type', type.canonical);
    answer.header?.set(type.protocol === 'connect-stream' ? 'connect-accept-encoding' : 'grpc-accept-encoding', 'gzip');
    const answerBody = watched(answer.body, () => {
      amendMessage(answer.trailer);
      const status = answer.trailer?.get('grpc-status');
      if (status !== undefined && status !== null) onStatus(Number(status));
    });
    // A client that goes away while it is slow leaves something behind that connect-es waits to be taken, for ever.
    response.once('close', () => void answerBody.return().catch(ignore));
    await universalResponseToNodeResponse({ ...answer, body: answerBody }, response);
  }
}

/** connect-es encodes more than the protocol asks for, which not every client undoes. */
function amendMessage(trailer: Headers | undefined): void {
  const message = trailer?.get('grpc-message');
  if (message) trailer?.set('grpc-message', percentEncode(decodeURIComponent(message)));
}

/** Leaves the connection as it is when a call is answered before its request was read to the end. */
function requestBody(request: HttpRequest): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>; // nobody has set an encoding
}

/** The error is thrown where connect-es reads the first message, so it is told as the protocol tells errors. */
// biome-ignore lint/correctness/useYield: there is nothing but the error
async function* failing(error: unknown): AsyncIterable<Uint8Array> {
  throw toCallError(error);
}

async function* watched(
  body: AsyncIterable<Uint8Array> | null | undefined,
  onEnd: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body) yield* body;
  onEnd();
}

/** For a body that is given up: how it ends is nobody's concern any more. */
function ignore(): void {}

/** What is wrong with the headers of a call, by the contract's rules; undefined if nothing is. */
function headerFailure({ protocol }: RpcContentType, { headers }: HttpRequest): unknown {
  try {
    const timeoutMs = (protocol === 'connect-stream' ? CONNECT_UNARY : GRPC_UNARY).timeoutMs(headers);
    return timeoutMs !== undefined && timeoutMs <= 0 ? deadlineExceeded() : undefined;
  } catch (error) {
    return error;
  }
}

/** Leaves to connect-es only header values that it reads as the contract does. */
function amendHeader(header: Headers, { protocol }: RpcContentType): void {
  const prefix = protocol === 'connect-stream' ? 'connect' : 'grpc';
  if (header.get(`${prefix}-encoding`) === '') header.delete(`${prefix}-encoding`);
  const accepted = header.get(`${prefix}-accept-encoding`);
  if (accepted) header.set(`${prefix}-accept-encoding`, acceptsGzip(accepted) ? 'gzip' : 'identity');
}
