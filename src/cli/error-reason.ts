import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Metadata } from '@grpc/grpc-js';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { StatusSchema } from '#gen/google/rpc/status_pb.js';

/** Why a call failed, where the server says more than its message; undefined where it does not, or not legibly. */
export function errorReason(trailers: Metadata | undefined): string | undefined {
  const [encoded] = trailers?.get('grpc-status-details-bin') ?? [];
  if (!Buffer.isBuffer(encoded)) return undefined;
  try {
    for (const detail of fromBinary(StatusSchema, encoded).details) {
      const reason = anyUnpack(detail, ErrorInfoSchema)?.reason;
      if (reason) return reason;
    }
  } catch {
    // Details are what a server adds; without them the error is told all the same.
  }
  return undefined;
}
