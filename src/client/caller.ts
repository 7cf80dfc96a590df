import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { CallOptions, ClientOptions, Port, ReadOptions } from './client-options.ts';
import { Deadline } from './deadline.ts';
import { Endpoints } from './endpoints.ts';
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

/** Ends early when the signal is aborted: the next attempt finds out by itself. */
function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end);
  });
}
