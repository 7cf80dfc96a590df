import {
  createRegistry,
  type DescMessage,
  type DescMethod,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { file_google_rpc_error_details } from '#gen/google/rpc/error_details_pb.js';
import { file_google_rpc_status, StatusSchema } from '#gen/google/rpc/status_pb.js';
import { file_grpc_health_v1_health } from '#gen/grpc/health/v1/health_pb.js';
import { file_grpc_reflection_v1_reflection } from '#gen/grpc/reflection/v1/reflection_pb.js';
import { file_grpc_reflection_v1alpha_reflection } from '#gen/grpc/reflection/v1alpha/reflection_pb.js';
import { file_ory_keto_opl_v1alpha1_syntax_service } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_check_service } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_expand_service } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_namespaces_service } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_read_service } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_version } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import { file_ory_keto_relation_tuples_v1alpha2_write_service } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { decodeFrames, encodeFrame } from './grpc-frames.ts';
import type { Answer, GrpcStep } from './suite.ts';
import { sendHttp2, type WireResponse } from './wire-client.ts';

const registry = createRegistry(
  file_google_rpc_error_details,
  file_google_rpc_status,
  file_grpc_health_v1_health,
  file_grpc_reflection_v1_reflection,
  file_grpc_reflection_v1alpha_reflection,
  file_ory_keto_opl_v1alpha1_syntax_service,
  file_ory_keto_relation_tuples_v1alpha2_check_service,
  file_ory_keto_relation_tuples_v1alpha2_expand_service,
  file_ory_keto_relation_tuples_v1alpha2_namespaces_service,
  file_ory_keto_relation_tuples_v1alpha2_read_service,
  file_ory_keto_relation_tuples_v1alpha2_version,
  file_ory_keto_relation_tuples_v1alpha2_write_service,
);

const CODES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );
/** What clients make of an HTTP status that comes without a gRPC one (gRPC: http-grpc-status-mapping.md). */
const CODES_OF_HTTP: Readonly<Record<number, string>> = {
  400: 'INTERNAL',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/** Makes the call of a step, byte by byte, and shows what a client sees of the answer. */
export async function runGrpcStep(port: number, step: GrpcStep): Promise<Answer> {
  const method = findMethod(step.method);
  const isCompressed = step.compression === 'gzip';
  const body = Buffer.concat(messagesOf(step, method).map((message) => encodeFrame(message, { isCompressed })));
  const metadata = Object.entries(step.metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = {
    'content-type': 'application/grpc+proto',
    te: 'trailers',
    ...(isCompressed ? { 'grpc-encoding': 'gzip' } : {}),
    ...Object.fromEntries(metadata),
  };
  const { take } = step;
  const isEnough = (received: Buffer): boolean => take !== undefined && decodeFrames(received).length >= take;
  const response = await sendHttp2(port, { method: 'POST', path: `/${step.method}`, headers, body }, isEnough);
  const { status: httpStatus, headers: sent, trailers } = response;
  return { httpStatus, headers: sent, trailers, ...showStatus(response), ...showMessages(response, method) };
}

function findMethod(name: string): DescMethod | undefined {
  const [service = '', method] = name.split('/');
  return registry.getService(service)?.methods.find((candidate) => candidate.name === method);
}

function messagesOf({ raw, emptyBody, requests, request }: GrpcStep, method: DescMethod | undefined): Uint8Array[] {
  if (emptyBody) return [];
  if (raw !== undefined) return [Buffer.from(raw, 'base64')];
  return (requests ?? [request ?? {}]).map((json) =>
    method === undefined ? Buffer.alloc(0) : encode(method.input, json),
  );
}

function showStatus({ status, headers, trailers, isCut }: WireResponse): Answer {
  if (isCut) return {};
  const all = { ...headers, ...trailers };
  const number = all['grpc-status'];
  if (number === undefined) return { code: CODES_OF_HTTP[status ?? 0] ?? 'UNKNOWN' };
  if (number === '0') return { code: 'OK' };
  const details = all['grpc-status-details-bin'];
  return {
    code: CODES[Number(number)] ?? number,
    message: decodeURIComponent(all['grpc-message'] ?? ''),
    ...(details === undefined ? {} : { details: showDetails(Buffer.from(details, 'base64')) }),
  };
}

function showDetails(status: Buffer): unknown {
  const json = toJson(StatusSchema, fromBinary(StatusSchema, status), { registry });
  return (json as { details?: unknown[] }).details ?? [];
}

function showMessages({ status, body }: WireResponse, method: DescMethod | undefined): Answer {
  if (status !== 200) return {};
  const messages = decodeFrames(body).map(({ payload }) =>
    method === undefined ? payload.toString('base64') : decode(method.output, payload),
  );
  if (method !== undefined && method.methodKind !== 'unary') return { responses: messages };
  return messages.length === 0 ? {} : { response: messages[0] };
}

function encode(type: DescMessage, json: unknown): Uint8Array {
  return toBinary(type, fromJson(type, json as JsonValue, { registry })); // what a recording holds is JSON
}

function decode(type: DescMessage, bytes: Uint8Array): JsonValue {
  return toJson(type, fromBinary(type, bytes), { registry });
}
