import type { Message } from '@bufbuild/protobuf';
import type { SthenoError } from '../errors.ts';
import { toCallError } from './call-error.ts';
import type { RpcContentType } from './content-type.ts';
import { messagesOf } from './grpc-frame.ts';
import { GRPC_UNARY } from './grpc-unary.ts';
import type { HttpRequest } from './http-exchange.ts';
import { decodeRequest, encodeResponse } from './message-codec.ts';
import type { RpcMethod } from './rpc-method.ts';
import { callCanceled, ServerCall } from './server-call.ts';
import type { StreamingExchange, StreamingOptions } from './streaming-handler.ts';

/**
 * Whether a call is a stream of binary gRPC messages, none of them compressed, and one answer: that of an import. Its
 * messages are many and long, and the fast codec reads them in a third of the time.
 */
export function isUpload(method: RpcMethod, { protocol, codec }: RpcContentType, { headers }: HttpRequest): boolean {
  const encoding = headers['grpc-encoding'];
  return (
    method.descriptor.methodKind === 'client_streaming' &&
    protocol === 'grpc' &&
    codec === 'proto' &&
    (encoding === undefined || encoding === 'identity')
  );
}

/** Answers such a call. Never rejects. @returns the gRPC status number */
export async function handleUpload(
  { method, type, request, response }: StreamingExchange,
  { maxMessageBytes, shutdownSignal, onError }: StreamingOptions,
): Promise<number> {
  const call = new ServerCall(request.headers);
  const givenUp = new Promise<never>((_, reject) => {
    call.onAbort = reject;
  });
  givenUp.catch(() => {}); // Told where it is waited for.
  response.once('close', () => {
    if (!response.writableEnded) call.abort(callCanceled());
  });
  const stop = (): void => call.abort(shutdownSignal.reason as SthenoError); // the listener's
  shutdownSignal.addEventListener('abort', stop);
  try {
    if (shutdownSignal.aborted) stop();
    call.expireAfter(GRPC_UNARY.timeoutMs(request.headers));
    call.throwIfAborted();
    const messages = requestsOf(method, request, maxMessageBytes);
    const answer = method.handler(messages as never, call as never) as Promise<Message>; // a client-streaming method's
    const message = await Promise.race([answer, givenUp]);
    if (!response.destroyed) GRPC_UNARY.succeed(response, type, call, encodeResponse(method, 'proto', message), false);
    return 0;
  } catch (error) {
    const reason = call.abortReason ?? error;
    onError(reason, method);
    const callError = toCallError(reason);
    if (!response.destroyed) GRPC_UNARY.fail(response, type, call, callError, false);
    return callError.code;
  } finally {
    shutdownSignal.removeEventListener('abort', stop);
    call.finish();
  }
}

async function* requestsOf(
  method: RpcMethod,
  request: HttpRequest,
  maxMessageBytes: number,
): AsyncGenerator<Message, void, undefined> {
  for await (const payload of messagesOf(bodyOf(request), maxMessageBytes)) {
    yield decodeRequest(method, 'proto', payload);
  }
}

/** Leaves the connection as it is when a call is answered before its request was read to the end. */
async function* bodyOf(request: HttpRequest): AsyncGenerator<Buffer> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>; // nobody has set an encoding
  try {
    yield* chunks;
  } catch {
    throw callCanceled(); // A body breaks off when its client goes away.
  }
}
