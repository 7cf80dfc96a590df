import type { Message } from '@bufbuild/protobuf';
import { toCallError } from './call-error.ts';
import { CONNECT_UNARY } from './connect-unary.ts';
import type { RpcContentType, RpcProtocol } from './content-type.ts';
import { messageTooLarge } from './grpc-frame.ts';
import { GRPC_UNARY, GRPC_WEB_UNARY } from './grpc-unary.ts';
import { acceptsGzip, gzip, isGzip } from './gzip.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { decodeRequest, encodeResponse } from './message-codec.ts';
import { readBody } from './request-body.ts';
import type { RpcMethod } from './rpc-method.ts';
import { callCanceled, ServerCall } from './server-call.ts';
import type { UnaryProtocol } from './unary-protocol.ts';

const PROTOCOLS: Readonly<Record<Exclude<RpcProtocol, 'connect-stream'>, UnaryProtocol>> = {
  grpc: GRPC_UNARY,
  'grpc-web': GRPC_WEB_UNARY,
  connect: CONNECT_UNARY,
};

export interface UnaryExchange {
  readonly method: RpcMethod;
  readonly protocol: keyof typeof PROTOCOLS;
  readonly type: RpcContentType;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

export interface UnaryOptions {
  readonly maxMessageBytes: number;
  /** Told of every error that a call ended with. */
  readonly onError: (error: unknown, method: RpcMethod) => void;
}

/**
 * Answers a unary call of any protocol, codec and compression over request and response objects.
 * Never rejects. @returns the gRPC status number
 */
export async function handleUnary(exchange: UnaryExchange, options: UnaryOptions): Promise<number> {
  const { method, type, request, response } = exchange;
  const protocol = PROTOCOLS[exchange.protocol];
  const call = new ServerCall(request.headers);
  response.on('close', () => {
    if (!response.writableEnded) call.abort(callCanceled());
  });
  let gzipAnswer = false;
  try {
    const gzipRequest = isGzip(call.header(protocol.encodingHeader));
    gzipAnswer = wantsGzip(call.header(protocol.acceptEncodingHeader), gzipRequest);
    const message = await requestOf(exchange, protocol, call, gzipRequest, options.maxMessageBytes);
    const answer = method.handler(message as never, call as never) as Message | Promise<Message>; // a unary method's handler
    const answered = answer instanceof Promise ? await untilAborted(call, answer) : answer;
    const encoded = encodeResponse(method, type.codec, answered);
    const bytes = gzipAnswer ? await gzip(encoded) : encoded;
    if (isOpen(response)) protocol.succeed(response, type, call, bytes, gzipAnswer);
    return 0;
  } catch (error) {
    const reason = call.abortReason ?? error;
    options.onError(reason, method);
    const callError = toCallError(reason);
    if (isOpen(response)) protocol.fail(response, type, call, callError, gzipAnswer);
    return callError.code;
  } finally {
    call.finish();
  }
}

async function requestOf(
  { method, type, request }: UnaryExchange,
  protocol: UnaryProtocol,
  call: ServerCall,
  gzipRequest: boolean,
  maxMessageBytes: number,
): Promise<Message> {
  call.expireAfter(protocol.timeoutMs(request.headers));
  call.throwIfAborted();
  const refuse = (head: Buffer, receivedBytes: number): void => protocol.refuse(head, receivedBytes, maxMessageBytes);
  const unwrapped = protocol.unwrap(await readBody(request, call, refuse), gzipRequest, maxMessageBytes);
  const payload = unwrapped instanceof Promise ? await unwrapped : unwrapped;
  if (payload.byteLength > maxMessageBytes) throw messageTooLarge(payload.byteLength, maxMessageBytes);
  const message = decodeRequest(method, type.codec, payload);
  call.throwIfAborted();
  return message;
}

/** Without a list of codings the answer is compressed as the request was (gRPC, "Compression"). */
function wantsGzip(acceptEncoding: string | undefined, gzipRequest: boolean): boolean {
  return acceptEncoding === undefined || acceptEncoding === '' ? gzipRequest : acceptsGzip(acceptEncoding);
}

/** Settles as the work does, or rejects as soon as the call is given up. */
function untilAborted<T>(call: ServerCall, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    call.onAbort = reject;
    work.then(resolve, reject);
  });
}

function isOpen(response: HttpResponse): boolean {
  return !response.headersSent && !response.destroyed;
}
