import { once } from 'node:events';
import {
  create,
  type DescMessage,
  type DescMethodClientStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type ChannelCredentials, Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { errorReason } from './error-reason.ts';
import { codeName, RpcError } from './rpc-error.ts';

const KEEPALIVE_MS = 20_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

/** A gRPC connection to one server, opened with the first call. */
export class GrpcClient implements Disposable {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  constructor(options: {
    /** `host:port`, or with a scheme that gRPC resolvers know (`dns:`, `unix:`). */
    target: string;
    credentials: ChannelCredentials;
    /** The `:authority` of the calls, and the name that a certificate must have. */
    authority?: string | undefined;
    bearerToken?: string | undefined;
  }) {
    const { target, credentials, authority, bearerToken } = options;
    const hostName = authority?.replace(/:\d+$/, '');
    this.#client = new Client(target, credentials, {
      // A page holds as much as its tuples are long; the default of 4 MiB would make some unreadable.
      'grpc.max_receive_message_length': -1,
      // While a call runs: a connection that stands but no longer answers would be waited for without end.
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      ...(authority !== undefined && { 'grpc.default_authority': authority }),
      ...(hostName !== undefined && { 'grpc.ssl_target_name_override': hostName }),
    });
    if (bearerToken !== undefined) this.#metadata.set('authorization', `Bearer ${bearerToken}`);
  }

  /** Calls a unary method. @throws {RpcError} */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest<MessageShape<I>, MessageShape<O>>(
        `/${method.parent.typeName}/${method.name}`,
        (message) => Buffer.from(toBinary(method.input, message)),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, request),
        this.#metadata,
        (error: ServiceError | null, response) => {
          if (response) resolve(response);
          else reject(rpcErrorOf(error));
        },
      );
    });
  }

  /** Calls a method that answers with a stream, until the loop over it ends. @throws {RpcError} */
  async *stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageInitShape<I>,
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    const call = this.#client.makeServerStreamRequest<MessageShape<I>, MessageShape<O>>(
      `/${method.parent.typeName}/${method.name}`,
      (message) => Buffer.from(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      create(method.input, request),
      this.#metadata,
    );
    call.on('error', ignore); // The loop is told; a call that is canceled behind its end has nobody to tell.
    try {
      yield* call as AsyncIterable<MessageShape<O>>; // of what was deserialized
    } catch (error) {
      throw rpcErrorOf(error as ServiceError); // the library's streams throw no other
    } finally {
      call.cancel();
    }
  }

  /**
   * Calls a method that takes a stream, with messages in their binary form that are made as fast as they are sent.
   * @throws {RpcError}
   */
  async send<O extends DescMessage>(
    method: DescMethodClientStreaming<DescMessage, O>,
    requests: AsyncIterable<Buffer>,
  ): Promise<MessageShape<O>> {
    let onAnswer: (error: ServiceError | null, response?: MessageShape<O>) => void = () => {};
    const answer = new Promise<MessageShape<O>>((resolve, reject) => {
      onAnswer = (error, response) => (response ? resolve(response) : reject(rpcErrorOf(error)));
    });
    answer.catch(() => {}); // Who sends is told below.
    const call = this.#client.makeClientStreamRequest<Buffer, MessageShape<O>>(
      `/${method.parent.typeName}/${method.name}`,
      (bytes) => bytes,
      (bytes) => fromBinary(method.output, bytes),
      this.#metadata,
      (error, response) => onAnswer(error, response),
    );
    call.on('error', ignore); // The answer tells.
    try {
      for await (const request of requests) {
        // A call that has failed takes nothing more.
        if (!call.write(request)) await Promise.race([once(call, 'drain'), answer]);
      }
      call.end();
      return await answer;
    } catch (error) {
      call.cancel();
      throw error;
    }
  }

  /** Resolves when the connection stands. Rejects after `timeoutMs` without one. */
  connected(timeoutMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve()));
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

function rpcErrorOf(error: ServiceError | null): RpcError {
  return new RpcError(codeName(error?.code ?? 2), error?.details ?? 'no response', errorReason(error?.metadata));
}

function ignore(): void {}
