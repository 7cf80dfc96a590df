import type { OutgoingHttpHeaders } from 'node:http';
import { codeToHttpStatus, errorToJsonBytes } from '@connectrpc/connect/protocol-connect';
import { InvalidArgumentError } from '../errors.ts';
import { connectTimeoutMs } from './call-timeout.ts';
import type { RpcContentType } from './content-type.ts';
import { messageTooLarge } from './grpc-frame.ts';
import { gunzip } from './gzip.ts';
import type { HttpResponse } from './http-exchange.ts';
import type { ServerCall } from './server-call.ts';
import type { UnaryProtocol } from './unary-protocol.ts';

/** Unary calls of the Connect protocol (connectrpc.com/docs/protocol): the body is the message. */
export const CONNECT_UNARY: UnaryProtocol = {
  encodingHeader: 'content-encoding',
  acceptEncodingHeader: 'accept-encoding',

  timeoutMs(headers) {
    const version = headers['connect-protocol-version'];
    if (version !== undefined && version !== '' && version !== '1') {
      throw new InvalidArgumentError({ message: `Connect-Protocol-Version must be "1": got "${version}"` });
    }
    return connectTimeoutMs(headers['connect-timeout-ms'] as string | undefined); // only set-cookie comes as an array
  },

  refuse(_head, receivedBytes, maxMessageBytes) {
    if (receivedBytes > maxMessageBytes) throw messageTooLarge(undefined, maxMessageBytes);
  },

  unwrap(body, isGzip, maxMessageBytes) {
    return isGzip ? gunzip(body, maxMessageBytes) : body;
  },

  succeed(response, type, call, message, isGzip) {
    const headers = responseHeaders(call, type.canonical);
    if (isGzip) headers['content-encoding'] = 'gzip';
    send(response, 200, headers, message);
  },

  fail(response, _type, call, error) {
    const headers = responseHeaders(call, 'application/json');
    for (const [name, value] of error.metadata) headers[name] = value;
    send(response, codeToHttpStatus(error.code), headers, errorToJsonBytes(error, undefined));
  },
};

function responseHeaders(call: ServerCall, contentType: RpcContentType['canonical']): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const name in call.responseHeaders) headers[name] = call.responseHeaders[name];
  for (const name in call.responseTrailers) headers[`trailer-${name}`] = call.responseTrailers[name];
  headers['content-type'] = contentType;
  headers['accept-encoding'] = 'gzip';
  return headers;
}

/** A string, which is ASCII, goes out with the headers in one piece. */
function send(response: HttpResponse, status: number, headers: OutgoingHttpHeaders, body: Uint8Array | string): void {
  headers['content-length'] = body.length;
  response.writeHead(status, headers);
  response.end(body, 'latin1');
}
