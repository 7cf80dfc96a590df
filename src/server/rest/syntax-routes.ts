import { create } from '@bufbuild/protobuf';
import {
  type CheckRequest,
  CheckRequestSchema,
  type CheckResponse,
  type ParseError,
  type SourcePosition,
} from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { type Answer, ok } from './answer.ts';
import type { RestRequest } from './route.ts';

/** The body is the document, whatever its content type. */
export async function syntaxFromBody(request: RestRequest): Promise<CheckRequest> {
  return create(CheckRequestSchema, { content: await request.body() });
}

/** Members without entries are left out; warnings come only when they were asked for. */
export function syntaxAnswer({ parseErrors, warnings }: CheckResponse): Answer {
  return ok({
    ...(parseErrors.length > 0 && { errors: parseErrors.map(problemToJson) }),
    ...(warnings.length > 0 && { warnings: warnings.map(problemToJson) }),
  });
}

function problemToJson({ message, start, end }: ParseError) {
  return { message, start: positionToJson(start), end: positionToJson(end) };
}

/** `Line` has a capital letter in the contract (REST §9). */
function positionToJson(position: SourcePosition | undefined): { Line: number; column: number } {
  return { Line: position?.line ?? 0, column: position?.column ?? 0 };
}
