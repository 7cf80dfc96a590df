import type { OutgoingHttpHeaders } from 'node:http';
import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import type { ConnectError } from '@connectrpc/connect';
import { StatusSchema } from '#gen/google/rpc/status_pb.js';

/** The trailers of a gRPC or gRPC-Web call that failed (contract: gRPC §4.2). */
export function errorTrailers(error: ConnectError): OutgoingHttpHeaders {
  const trailers: OutgoingHttpHeaders = {};
  for (const [name, value] of error.metadata) trailers[name] = value;
  trailers['grpc-status'] = String(error.code);
  trailers['grpc-message'] = percentEncode(error.rawMessage);
  if (error.details.length > 0) trailers['grpc-status-details-bin'] = statusDetails(error);
  return trailers;
}

function statusDetails(error: ConnectError): string {
  const details = error.details.map((detail) =>
    'desc' in detail
      ? anyPack(detail.desc, create(detail.desc, detail.value))
      : {
          $typeName: 'google.protobuf.Any' as const,
          typeUrl: `type.googleapis.com/${detail.type}`,
          value: detail.value,
        },
  );
  const status = create(StatusSchema, { code: error.code, message: error.rawMessage, details });
  return Buffer.from(toBinary(StatusSchema, status)).toString('base64').replace(/=+$/, '');
}

/** Encodes what is not printable ASCII, and `%`, byte by byte (gRPC over HTTP2, "Status-Message"). */
export function percentEncode(text: string): string {
  return text.replace(/[^ -$&-~]+/gu, (part) =>
    Array.from(Buffer.from(part), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
