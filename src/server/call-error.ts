import { ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { toStatus } from './status.ts';

/**
 * An error as the RPC protocols carry it: code, message and at most one ErrorInfo whose reason says
 * why (contract: gRPC §4.2). The codes of Connect are the numbers of gRPC.
 */
export function toCallError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const { grpc, message, reason } = toStatus(error);
  const details = reason === undefined ? [] : [{ desc: ErrorInfoSchema, value: { reason } }];
  return new ConnectError(message, grpc, undefined, details, error);
}
