/** The names of the gRPC status codes, by their number, as this program shows them. */
const CODE_NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
] as const;

type CodeName = (typeof CODE_NAMES)[number];

/** A request that failed, with the text that users see (contract: command line §2). */
export class RpcError extends Error {
  readonly code: CodeName;
  /** Why, where the server says more: `relation "viewr" does not exist`. */
  readonly reason: string | undefined;

  constructor(code: CodeName, description: string, reason?: string) {
    super(`rpc error: code = ${code} desc = ${description}`);
    this.name = 'RpcError';
    this.code = code;
    this.reason = reason;
  }
}

/** The name of a status code; a number that no code has is Unknown. */
export function codeName(code: number): CodeName {
  return CODE_NAMES[code] ?? 'Unknown';
}
