import type {
  DescMessage,
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { ConsistencySchema } from '#gen/stheno/v1/consistency_pb.js';
import type { CallOptions, ClientOptions, Port, ReadOptions } from './client-options.ts';
import { Deadline } from './deadline.ts';
import { Endpoints } from './endpoints.ts';
import { pause } from './pause.ts';
import { RequestError } from './request-error.ts';
import { retryDelayMs } from './retry-policy.ts';
import { Session } from './session.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** An answer and its headers (gRPC: the leading metadata). */
export interface Answer<Message> {
  readonly message: Message;
  readonly headers: Headers;
}

/** Sends requests: where to, with which headers, until when, and again. */
export class Caller {
  readonly options: ClientOptions;
  readonly #endpoints: Endpoints;
  readonly #session: Session | undefined;

  constructor(parts: { options: ClientOptions; endpoints?: Endpoints; session?: Session }) {
    this.options = parts.options;
    this.#endpoints = parts.endpoints ?? new Endpoints(parts.options);
    this.#session = parts.session;
  }

  /** Another caller on the same connections that remembers the newest snaptoken. */
  withSession(snaptoken: string | undefined): Caller {
    return new Caller({ options: this.options, endpoints: this.#endpoints, session: new Session(snaptoken) });
  }

  /** The newest snaptoken of the session; undefined without one, and before the first answer. */
  get snaptoken(): string | undefined {
    return this.#session?.snaptoken;
  }

  /** The state that a request must be answered from, as a field of its message. */
  freshness({ snaptoken }: ReadOptions): { snaptoken: string } {
    return { snaptoken: snaptoken ?? this.snaptoken ?? '' };
  }

  /** The same, as messages of `stheno.v1` have it. */
  consistency(options: ReadOptions): MessageInitShape<typeof ConsistencySchema> {
    const { snaptoken } = this.freshness(options);
    return snaptoken === '' ? {} : { requirement: { case: 'atLeastAsFresh', value: snaptoken } };
  }

  /** Keeps the snaptoken of an answer for the session. @returns it */
  remember(snaptoken: string): string {
    this.#session?.remember(snaptoken);
    return snaptoken;
  }

  /**
   * Calls a method. It may reach the server more than once, so it must be one that can be repeated.
   * @throws {RequestError}
   */
  async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: { port: Port; message: MessageInitShape<I>; options: CallOptions & Pick<ReadOptions, 'consistency'> },
  ): Promise<Answer<MessageShape<O>>> {
    const { port, message, options } = request;
    const { signal } = options;
    const policy = { ...this.options.retry, ...options.retry };
    const deadline = new Deadline(options.timeoutMs ?? this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    for (let attempts = 1; ; attempts++) {
      try {
        const transport = this.#endpoints.transport(port);
        const headers = await this.#headers(options);
        const answer = await transport.unary(method, signal, deadline.remainingMs(), headers, message);
        return { message: answer.message, headers: answer.header };
      } catch (thrown) {
        const error = RequestError.from(thrown, { attempts, isAborted: signal?.aborted === true });
        const delayMs = retryDelayMs(policy, error);
        if (delayMs === undefined || !deadline.allows(delayMs)) throw error;
        await pause(delayMs, signal);
      }
    }
  }

  /**
   * Calls a method that answers with a stream, once: whoever reads it knows where to go on. It has no deadline, and ends
   * when the reader has seen enough.
   * @throws {RequestError}
   */
  async *stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: { port: Port; message: MessageInitShape<I>; options: Pick<CallOptions, 'signal' | 'headers'> },
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    const { port, message, options } = request;
    const { signal } = options;
    const call = new AbortController();
    const abort = (): void => call.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      const transport = this.#endpoints.transport(port);
      const headers = await this.#headers(options);
      const answer = await transport.stream(method, call.signal, undefined, headers, only(message));
      yield* answer.message;
    } catch (thrown) {
      if (isCutOff(thrown))
        throw new RequestError({ code: 'unavailable', message: CUT_OFF, attempts: 1, cause: thrown });
      throw RequestError.from(thrown, { attempts: 1, isAborted: signal?.aborted === true });
    } finally {
      signal?.removeEventListener('abort', abort);
      call.abort(); // Without it the stream would go on for nobody.
    }
  }

  /** Closes the connections, also those of the sessions. */
  close(): void {
    this.#endpoints.close();
  }

  async #headers({ headers, consistency }: CallOptions & Pick<ReadOptions, 'consistency'>): Promise<Headers> {
    const { bearerToken, headers: common } = this.options;
    const token = typeof bearerToken === 'function' ? await bearerToken() : bearerToken;
    const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const merged = new Headers(authorization);
    if (consistency !== undefined) merged.set('stheno-consistency', consistency);
    for (const [name, value] of Object.entries({ ...common, ...headers })) merged.set(name, value);
    return merged;
  }
}

const CUT_OFF = 'the answer was cut off';

/** Something on the way has ended the stream as if it were complete; Connect's own end is missing. */
function isCutOff(thrown: unknown): boolean {
  return ConnectError.from(thrown).rawMessage.endsWith('missing EndStreamResponse');
}

async function* only<T>(message: T): AsyncGenerator<T, void, undefined> {
  yield message;
}
