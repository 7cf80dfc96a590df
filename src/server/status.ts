import { type ErrorCode, type ErrorInformation, SthenoError } from '../errors.ts';

/** What a failed call looks like on every protocol. */
export interface Status {
  readonly code: ErrorCode | 'unknown';
  /** The gRPC status number. */
  readonly grpc: number;
  /** The HTTP status of a Connect unary answer. */
  readonly connectHttp: number;
  /** The HTTP status of a REST answer. */
  readonly restHttp: number;
  /** Shown to clients. */
  readonly message: string;
  /** Shown to clients beside the message. */
  readonly reason: string | undefined;
  /** The same for programs. */
  readonly info: ErrorInformation | undefined;
}

type Row = Pick<Status, 'grpc' | 'connectHttp' | 'restHttp'>;

/** The one mapping of errors to statuses (contract: gRPC §4, REST §2.2). */
const ROWS: Readonly<Record<ErrorCode | 'unknown', Row>> = {
  canceled: { grpc: 1, connectHttp: 499, restHttp: 499 },
  unknown: { grpc: 2, connectHttp: 500, restHttp: 500 },
  invalid_argument: { grpc: 3, connectHttp: 400, restHttp: 400 },
  deadline_exceeded: { grpc: 4, connectHttp: 504, restHttp: 504 },
  not_found: { grpc: 5, connectHttp: 404, restHttp: 404 },
  already_exists: { grpc: 6, connectHttp: 409, restHttp: 409 },
  resource_exhausted: { grpc: 8, connectHttp: 429, restHttp: 413 },
  failed_precondition: { grpc: 9, connectHttp: 400, restHttp: 422 },
  aborted: { grpc: 10, connectHttp: 409, restHttp: 400 },
  out_of_range: { grpc: 11, connectHttp: 400, restHttp: 410 },
  unimplemented: { grpc: 12, connectHttp: 501, restHttp: 501 },
  internal: { grpc: 13, connectHttp: 500, restHttp: 500 },
  unavailable: { grpc: 14, connectHttp: 503, restHttp: 503 },
};

const GRPC_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'OK'],
  ...Object.entries(ROWS).map(([code, { grpc }]): [number, string] => [grpc, code.toUpperCase()]),
]);

/** The name of a gRPC status, for logs. */
export function grpcStatusName(code: number): string {
  return GRPC_NAMES.get(code) ?? String(code);
}

/** What clients see of an error that is a fault of ours; its own text may hold anything. */
const FAULT = new SthenoError('internal');

/**
 * The status of anything that was thrown. An error that is not a SthenoError becomes
 * `internal` with a generic text: log it with its cause, see {@link isFault}.
 */
export function toStatus(error: unknown): Status {
  const known = error instanceof SthenoError ? error : FAULT;
  const { code, message, reason, info } = known;
  return { code, ...ROWS[code], message, reason, info };
}

/** Whether an error is ours to look at: unexpected, or caused by something that only the log may say. */
export function isFault(error: unknown): boolean {
  return !(error instanceof SthenoError) || error.code === 'internal' || error.code === 'unavailable';
}
