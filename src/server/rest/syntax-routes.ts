import { create } from '@bufbuild/protobuf';
import {
  type CheckRequest,
  CheckRequestSchema,
  type CheckResponse,
  type SourcePosition,
} from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { type Answer, ok } from './answer.ts';
import type { RestRequest } from './route.ts';

/** The body is the document, whatever its content type. */
export async function syntaxFromBody(request: RestRequest): Promise<CheckRequest> {
  return create(CheckRequestSchema, { content: await request.body() });
}

export function syntaxAnswer({ parseErrors }: CheckResponse): Answer {
  if (parseErrors.length === 0) return ok({});
  const errors = parseErrors.map(({ message, start, end }) => ({
    message,
    start: positionToJson(start),
    end: positionToJson(end),
  }));
  return ok({ errors });
}

/** `Line` has a capital letter in the contract (REST §9). */
function positionToJson(position: SourcePosition | undefined): { Line: number; column: number } {
  return { Line: position?.line ?? 0, column: position?.column ?? 0 };
}
