import type {
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageShape,
} from '@bufbuild/protobuf';
import type { Cancellation } from '../engine/cancellation.ts';

/** What a handler may know and say of the call besides its messages. Names of headers are lower case. */
export interface Call extends Cancellation {
  /** Why the call was given up: the client went away, the deadline passed or the server closes. Undefined before. */
  readonly abortReason: unknown;
  /** Aborted with the same reason. */
  readonly signal: AbortSignal;
  /** A request header or gRPC metadata value. */
  header(name: string): string | undefined;
  /** Sends a response header (gRPC: leading metadata). Only ASCII values. */
  setHeader(name: string, value: string): void;
}

type Handler<Method> =
  Method extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, call: Call) => MessageShape<O> | Promise<MessageShape<O>>
    : Method extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, call: Call) => AsyncIterable<MessageShape<O>>
      : Method extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, call: Call) => Promise<MessageShape<O>>
        : Method extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, call: Call) => AsyncIterable<MessageShape<O>>
          : never;

export type ServiceHandlers<Service extends DescService> = {
  [Name in keyof Service['method']]: Handler<Service['method'][Name]>;
};

/** A service of the wire contract with the functions that answer it, by the method's local name. */
export interface RpcService {
  readonly descriptor: DescService;
  readonly handlers: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/**
 * Ties a service to its handlers, an object or an instance of a class; the type checker holds
 * the two together.
 */
export function implement<Service extends DescService>(
  descriptor: Service,
  handlers: ServiceHandlers<Service>,
): RpcService {
  const unbound = handlers as RpcService['handlers']; // every method of the descriptor is there
  const bound = descriptor.methods.map(({ localName }) => [localName, unbound[localName]?.bind(handlers)]);
  return { descriptor, handlers: Object.fromEntries(bound) };
}
