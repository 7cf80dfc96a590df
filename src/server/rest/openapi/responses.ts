import type { Content, OperationResponse, Schema } from './operation.ts';
import { schemaRef } from './schemas.ts';

type Headers = NonNullable<OperationResponse['headers']>;

const header = (description: string): Headers[string] => ({ description, schema: { type: 'string' } });

export const SNAPTOKEN_HEADER: Headers = {
  'Stheno-Snaptoken': header('The revision of the answer.'),
};

export const LIMITATION_HEADER: Headers = {
  'Stheno-Limitation': header('Which limit kept the answer from being determined; absent when it was.'),
};

export function jsonContent(schema: Schema): Content {
  return { 'application/json': { schema } };
}

export function textContent(): Content {
  return { 'text/plain': { schema: { type: 'string' } } };
}

export function jsonResponse(description: string, schema: Schema, headers?: Headers): OperationResponse {
  return { description, ...(headers === undefined ? {} : { headers }), content: jsonContent(schema) };
}

export function emptyResponse(description: string, headers: Headers): OperationResponse {
  return { description, headers };
}

const DESCRIPTIONS = {
  400: 'The request is malformed.',
  404: 'A namespace is unknown.',
  422: 'The answer could not be determined: in strict mode within the limits, or because a rule contradicts itself.',
} as const;

/** The errors that are said of a route by name, and the rest. */
export function errorResponses(
  ...statuses: (keyof typeof DESCRIPTIONS)[]
): Readonly<Record<string, OperationResponse>> {
  const named = statuses.map((status) => [status, errorResponse(DESCRIPTIONS[status])]);
  return { ...Object.fromEntries(named), default: errorResponse('Any other error.') };
}

export function errorResponse(description: string): OperationResponse {
  return jsonResponse(description, schemaRef('ErrorGeneric'));
}
