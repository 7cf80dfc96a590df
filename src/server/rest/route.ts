import type { Call } from '../../service/rpc-service.ts';
import type { Answer } from './answer.ts';
import type { QueryParameters } from './query-parameters.ts';

/** A request that found its route. */
export interface RestRequest {
  readonly query: QueryParameters;
  readonly call: Call;
  /**
   * Reads the body, once.
   * @throws {SthenoError} `resource_exhausted` when it is larger than the listener allows
   */
  body(): Promise<Buffer>;
}

/** One row of the table: which requests it answers, and how. A `GET` row answers `HEAD` as well. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly handle: (request: RestRequest) => Promise<Answer>;
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
