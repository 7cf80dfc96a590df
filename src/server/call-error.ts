import { ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { toStatus } from './status.ts';

/** Who gives the reasons of ErrorInfo their meaning. Texts of the contract have no domain. */
const DOMAIN = 'stheno';

/**
 * An error as the RPC protocols carry it: code, message and at most one ErrorInfo whose reason says
 * why, as a text of the contract (gRPC §4.2) or as a word with values. The codes of Connect are the numbers of gRPC.
 */
export function toCallError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const { grpc, message, reason, info } = toStatus(error);
  const value = info === undefined ? { reason } : { ...info, domain: DOMAIN };
  const details = value.reason === undefined ? [] : [{ desc: ErrorInfoSchema, value }];
  return new ConnectError(message, grpc, undefined, details, error);
}
