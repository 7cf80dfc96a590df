import { ConnectError } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';

/** What kind of failure it is: the gRPC codes, by their names. */
export type RequestErrorCode =
  | 'aborted'
  | 'already_exists'
  | 'canceled'
  | 'data_loss'
  | 'deadline_exceeded'
  | 'failed_precondition'
  | 'internal'
  | 'invalid_argument'
  | 'not_found'
  | 'out_of_range'
  | 'permission_denied'
  | 'resource_exhausted'
  | 'unauthenticated'
  | 'unavailable'
  | 'unimplemented'
  | 'unknown';

/**
 * The one error that this package throws. Its message is the server's, or says which argument is wrong;
 * `cause` is what was thrown underneath, where there was something.
 */
export class RequestError extends Error {
  /** What kind of failure it is, to decide by. */
  readonly code: RequestErrorCode;
  /** Why, where the server says more than its message: `relation "viewr" does not exist`. */
  readonly reason: string | undefined;
  /** How often the request was sent; 0 when it never left. */
  readonly attempts: number;

  /** @internal */
  constructor(options: {
    code: RequestErrorCode;
    message: string;
    reason?: string | undefined;
    attempts?: number | undefined;
    cause?: unknown;
  }) {
    const { code, message, reason, attempts = 0, cause } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RequestError';
    this.code = code;
    this.reason = reason;
    this.attempts = attempts;
  }

  /**
   * Anything that a call threw; what is a RequestError already stays as it is. A call that was canceled although the
   * caller did not abort it lost its connection, or its server.
   * @internal
   */
  static from(thrown: unknown, { attempts, isAborted }: { attempts: number; isAborted: boolean }): RequestError {
    if (thrown instanceof RequestError) return thrown;
    const error = ConnectError.from(thrown);
    const code = codeToString(error.code) as RequestErrorCode; // the same sixteen names
    return new RequestError({
      code: code === 'canceled' && !isAborted ? 'unavailable' : code,
      message: error.rawMessage,
      reason: error.findDetails(ErrorInfoSchema)[0]?.reason || undefined,
      attempts,
      cause: thrown,
    });
  }
}
