import type { OutgoingHttpHeaders } from 'node:http';
import { grpcTimeoutMs } from './call-timeout.ts';
import type { RpcContentType } from './content-type.ts';
import { compressedWithoutEncoding, frame, onlyMessage, refuseOversized } from './grpc-frame.ts';
import { errorTrailers } from './grpc-status.ts';
import { gunzip } from './gzip.ts';
import type { HttpResponse } from './http-exchange.ts';
import type { ServerCall } from './server-call.ts';
import type { UnaryProtocol } from './unary-protocol.ts';

const COMPRESSED = 0x01;
/** Marks the frame that holds gRPC-Web's trailers. */
const TRAILERS = 0x80;

const FRAMED_REQUEST: Omit<UnaryProtocol, 'succeed' | 'fail'> = {
  encodingHeader: 'grpc-encoding',
  acceptEncodingHeader: 'grpc-accept-encoding',

  timeoutMs(headers) {
    return grpcTimeoutMs(headers['grpc-timeout'] as string | undefined); // only set-cookie comes as an array
  },

  refuse: refuseOversized,

  unwrap(body, isGzip, maxMessageBytes) {
    const { payload, compressed } = onlyMessage(body);
    if (!compressed) return payload;
    if (isGzip) return gunzip(payload, maxMessageBytes);
    throw compressedWithoutEncoding();
  },
};

/** Unary gRPC (gRPC over HTTP2): one frame each way, the status in HTTP trailers. Also spoken over HTTP/1.1. */
export const GRPC_UNARY: UnaryProtocol = {
  ...FRAMED_REQUEST,

  succeed(response, type, call, message, isGzip) {
    sendWithTrailers(response, responseHeaders(call, type, isGzip), framed(message, isGzip), {
      ...call.responseTrailers,
      'grpc-status': '0',
    });
  },

  fail(response, type, call, error, isGzip) {
    sendWithTrailers(response, responseHeaders(call, type, isGzip), undefined, {
      ...call.responseTrailers,
      ...errorTrailers(error),
    });
  },
};

/** Unary gRPC-Web: the status is a frame of the body, or among the headers when nothing else is sent. */
export const GRPC_WEB_UNARY: UnaryProtocol = {
  ...FRAMED_REQUEST,

  succeed(response, type, call, message, isGzip) {
    const trailers = Object.entries({ ...call.responseTrailers, 'grpc-status': '0' })
      .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}\r\n`))
      .join('');
    response.writeHead(200, responseHeaders(call, type, isGzip));
    response.end(Buffer.concat([framed(message, isGzip), frame(Buffer.from(trailers), TRAILERS)]));
  },

  fail(response, type, call, error, isGzip) {
    response.writeHead(200, {
      ...responseHeaders(call, type, isGzip),
      ...call.responseTrailers,
      ...errorTrailers(error),
    });
    response.end();
  },
};

function framed(message: Uint8Array | string, isGzip: boolean): Buffer {
  return frame(typeof message === 'string' ? Buffer.from(message) : message, isGzip ? COMPRESSED : 0);
}

function responseHeaders(call: ServerCall, type: RpcContentType, isGzip: boolean): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...call.responseHeaders };
  headers['content-type'] = type.canonical;
  headers['grpc-accept-encoding'] = 'gzip';
  if (isGzip) headers['grpc-encoding'] = 'gzip';
  return headers;
}

function sendWithTrailers(
  response: HttpResponse,
  headers: OutgoingHttpHeaders,
  message: Buffer | undefined,
  trailers: OutgoingHttpHeaders,
): void {
  // HTTP/1.1 announces trailers; with this header Node.js also chooses the chunked coding that they need.
  if (response.req.httpVersionMajor === 1) headers.trailer = Object.keys(trailers).join(', ');
  response.writeHead(200, headers);
  response.addTrailers(trailers);
  if (message === undefined) response.end();
  else response.end(message);
}
