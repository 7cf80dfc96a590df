import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import type { ClientTransport, OpenTransport } from './client-options.ts';

/** How requests travel with `fetch`. */
export interface FetchTransportOptions {
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** See every request and answer. */
  readonly interceptors?: Interceptor[] | undefined;
}

/** The Connect protocol in binary through `fetch`: browsers, workers, Node.js and other runtimes. */
export function fetchTransport({ fetch, interceptors }: FetchTransportOptions = {}): OpenTransport {
  return (baseUrl): ClientTransport => {
    const transport = createConnectTransport({
      baseUrl,
      useBinaryFormat: true,
      ...(fetch !== undefined && { fetch }),
      ...(interceptors !== undefined && { interceptors }),
    });
    return {
      unary: (...call) => transport.unary(...call).catch(rethrow),
      stream: async (...call) => {
        const answer = await transport.stream(...call).catch(rethrow);
        return { ...answer, message: rethrowing(answer.message) };
      },
    };
  };
}

async function* rethrowing<T>(messages: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* messages;
  } catch (error) {
    rethrow(error);
  }
}

/** By the Fetch standard every failure of the network is a TypeError, before the answer as well as in its body. */
function rethrow(error: unknown): never {
  const { cause } = ConnectError.from(error);
  if (!(cause instanceof TypeError)) throw error;
  throw new ConnectError(networkFailure(cause), Code.Unavailable, undefined, undefined, cause);
}

/** Node.js says what happened in the cause only: `fetch failed: connect ECONNREFUSED 127.0.0.1:4466`. */
function networkFailure({ message, cause }: TypeError): string {
  if (!(cause instanceof Error)) return message;
  const reason = cause.message || ('code' in cause ? String(cause.code) : '');
  return reason === '' ? message : `${message}: ${reason}`;
}
