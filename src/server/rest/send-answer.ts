import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpRequest, HttpResponse } from '../http-exchange.ts';
import { type Answer, JSON_TYPE } from './answer.ts';
import { encodeJson } from './encode-json.ts';

/** Writes an answer, after headers that were collected on the way; its own win. */
export function sendAnswer(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  collected: OutgoingHttpHeaders = {},
): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(collected)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  const { contentType, body } = payload(answer);
  if (contentType !== undefined) response.setHeader('content-type', contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (isAllowed(name, request)) response.setHeader(name, value);
  }
  if (body !== undefined) response.setHeader('content-length', body.length);
  if (body === undefined || request.method === 'HEAD') response.end();
  else response.end(body);
}

function payload(answer: Answer): { contentType?: string; body?: Uint8Array } {
  switch (answer.kind) {
    case 'json':
      return { contentType: JSON_TYPE, body: Buffer.from(`${encodeJson(answer.value)}\n`) };
    case 'bytes':
      return { contentType: answer.contentType, body: Buffer.from(answer.body) };
    case 'empty':
      return {};
  }
}

/** HTTP/2 has no connection headers (RFC 9113 §8.2.2). */
function isAllowed(name: string, request: HttpRequest): boolean {
  return name !== 'connection' || request.httpVersionMajor < 2;
}
