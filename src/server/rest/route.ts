import type { Call } from '../../service/rpc-service.ts';
import type { Answer, WholeAnswer } from './answer.ts';
import type { QueryParameters } from './query-parameters.ts';

/** A request that found its route. */
export interface RestRequest {
  readonly query: QueryParameters;
  /** What stands in the place of `{name}` in the route's path, unescaped. A name that the path does not have is a fault. */
  segment(name: string): string;
  readonly call: Call;
  /**
   * Reads the body, once.
   * @throws {SthenoError} `resource_exhausted` when it is larger than the listener allows
   */
  body(): Promise<Buffer>;
  /** Reads the body, once, as it comes: it may be of any size and take any time. */
  bodyChunks(): AsyncIterable<Uint8Array>;
}

/** One row of the table: which requests it answers, and how. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A segment `{name}` stands for any one segment. */
  readonly path: string;
  /**
   * What is answered besides the methods of the rows of a path, the same for all of them: `HEAD`
   * like its `GET` row (the default), or `OPTIONS` with the methods.
   */
  readonly implied?: 'HEAD' | 'OPTIONS';
  readonly handle: (request: RestRequest) => Promise<Answer>;
  /** The answer in the place of one that could not be given; without it the usual envelope. */
  readonly toErrorAnswer?: (error: unknown, requestId: string | undefined) => WholeAnswer;
}

/** A row's handler out of its three parts: request to message, the service function, answer to JSON. */
export function serve<Message, Response>(
  toMessage: (request: RestRequest) => Message | Promise<Message>,
  call: (message: Message, call: Call) => Promise<Response>,
  toAnswer: (response: Response, message: Message) => Answer,
): Route['handle'] {
  return async (request) => {
    const message = await toMessage(request);
    return toAnswer(await call(message, request.call), message);
  };
}
