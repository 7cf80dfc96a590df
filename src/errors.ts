/**
 * How a request can fail, free of any transport. `server/status.ts` turns a code
 * into a gRPC status, a Connect code and an HTTP status.
 */
export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'already_exists'
  | 'failed_precondition'
  | 'aborted'
  | 'out_of_range'
  | 'resource_exhausted'
  | 'deadline_exceeded'
  | 'canceled'
  | 'unimplemented'
  | 'unavailable'
  | 'internal';

/** The message of an error whose cause is told by its reason alone (contract: gRPC §4.1, REST §2.2). */
const DEFAULT_MESSAGES: Partial<Record<ErrorCode, string>> = {
  invalid_argument: 'The request was malformed or contained invalid parameters',
  not_found: 'The requested resource could not be found',
  failed_precondition: 'The check could not be completed',
  aborted: 'Unable to serialize access due to a concurrent update in another session',
  internal: 'An internal server error occurred, please contact the system administrator',
};

export interface ErrorOptions {
  /** What went wrong, shown to clients. Without it the code's default text is used. */
  message?: string;
  /** Why, shown to clients beside the message: ErrorInfo.reason, or `reason` of the REST envelope. */
  reason?: string;
  /** The same for programs. */
  info?: ErrorInformation;
  /** What caused it, for the log only; it never reaches a client. */
  cause?: unknown;
}

/** Why a request failed, in words that stay the same: google.rpc.ErrorInfo, or `details` of the REST envelope. */
export interface ErrorInformation {
  /** In upper case: `PRECONDITION_FAILED`. */
  readonly reason: string;
  /** The values in question, by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The base of every error that a client may see. Anything else that is thrown is a fault of ours. */
export class SthenoError extends Error {
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly info: ErrorInformation | undefined;

  constructor(code: ErrorCode, { message, reason, info, cause }: ErrorOptions = {}) {
    super(message ?? DEFAULT_MESSAGES[code] ?? code, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.reason = reason;
    this.info = info;
  }
}

/** The request cannot be understood or names something that cannot be. */
export class InvalidArgumentError extends SthenoError {
  constructor(options: ErrorOptions) {
    super('invalid_argument', options);
  }
}

/** A tuple or a question without a subject. */
export class MissingSubjectError extends InvalidArgumentError {
  constructor() {
    super({ message: 'subject is not allowed to be nil' });
  }
}

/** A relation that the namespace's declarations do not have (contract: OPL C3). */
export class UndeclaredRelationError extends InvalidArgumentError {
  constructor(relation: string) {
    super({ reason: `relation "${relation}" does not exist` });
  }
}

/** A namespace that is not part of the model. */
export class NamespaceNotFoundError extends SthenoError {
  readonly namespace: string;

  /** With legacy namespace files the whole text is the message (contract: gRPC §4.3). */
  constructor(namespace: string, { legacy = false }: { legacy?: boolean } = {}) {
    super(
      'not_found',
      legacy
        ? { message: `Unknown namespace with name ${namespace}` }
        : { reason: `Unknown namespace with name "${namespace.replace(/["\\]/g, '\\$&')}".` },
    );
    this.namespace = namespace;
  }
}

/** A check that cannot be decided: a limit ran out in strict mode, or a fact contradicts itself. */
export class UndecidableError extends SthenoError {
  constructor(reason: string) {
    super('failed_precondition', { reason });
  }
}
