import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpRequest, HttpResponse } from '../http-exchange.ts';
import { JSON_TYPE, type WholeAnswer } from './answer.ts';
import { encodeJson } from './encode-json.ts';

/** Writes an answer, after headers that were collected on the way; its own win. */
export function sendAnswer(
  request: HttpRequest,
  response: HttpResponse,
  answer: WholeAnswer,
  collected?: OutgoingHttpHeaders,
): void {
  const headers: OutgoingHttpHeaders = {};
  for (const name in collected) headers[name] = collected[name];
  if (answer.kind === 'empty') {
    addHeaders(headers, answer, request);
    response.statusCode = answer.status;
    for (const name in headers) response.setHeader(name, headers[name] as string);
    // Node.js adds the length, where the status has one.
    response.end();
    return;
  }
  const body = bodyOf(answer);
  headers['content-type'] = answer.kind === 'json' ? JSON_TYPE : answer.contentType;
  addHeaders(headers, answer, request);
  headers['content-length'] = body.length;
  response.writeHead(answer.status, headers);
  if (request.method === 'HEAD') response.end();
  // A string goes out with the headers in one piece. Of one byte a character, so that no header is changed by it.
  else response.end(body, 'latin1');
}

function addHeaders(headers: OutgoingHttpHeaders, answer: WholeAnswer, request: HttpRequest): void {
  for (const name in answer.headers) {
    if (isAllowed(name, request)) headers[name] = answer.headers[name];
  }
}

/** Text that is ASCII as it is, everything else as bytes. */
function bodyOf(answer: Exclude<WholeAnswer, { kind: 'empty' }>): Uint8Array | string {
  const body = answer.kind === 'json' ? `${encodeJson(answer.value)}\n` : answer.body;
  if (typeof body !== 'string') return body;
  return Buffer.byteLength(body) === body.length ? body : Buffer.from(body);
}

/** HTTP/2 has no connection headers (RFC 9113 §8.2.2). */
function isAllowed(name: string, request: HttpRequest): boolean {
  return name !== 'connection' || request.httpVersionMajor < 2;
}
