import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Http1Request, Http1Response } from './http-exchange.ts';
import type { ListenerLimits } from './listener-limits.ts';

/**
 * A server for connections that are handed to it by `emit('connection', socket)`; it does not
 * listen itself. It answers what cannot be parsed as the contract says (REST §1.1).
 */
export function createHttp1Server(
  limits: ListenerLimits,
  onRequest: (request: Http1Request, response: Http1Response) => void,
): Server<typeof Http1Request, typeof Http1Response> {
  const server = createServer({
    IncomingMessage: Http1Request,
    ServerResponse: Http1Response,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.readTimeoutMs,
    requestTimeout: limits.readTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(limits.readTimeoutMs, 1000),
    requireHostHeader: false, // checked below, with the contract's text
  });
  // Connections in the middle of an answer must not get a second one in between.
  const answering = new WeakSet<Duplex>();
  server.timeout = limits.idleTimeoutMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const refusal = answering.has(socket) ? undefined : refusalOf(error.code);
    if (refusal !== undefined && socket.writable) socket.end(refusal, () => socket.destroy());
    else socket.destroy();
  });
  // Node.js lets its parser read TLS connections below their streams. Paused behind an answer that is still being
  // sent it takes the next record, which has arrived already, for an error (HPE_PAUSED). When someone listens besides
  // it reads from the stream, which keeps what comes while it is paused.
  server.on('connection', (socket) => {
    if (socket instanceof TLSSocket) socket.on('data', ignore);
  });
  function answered(this: Http1Response): void {
    answering.delete(this.req.socket);
  }
  server.on('request', (request, response) => {
    answering.add(request.socket);
    response.on('close', answered);
    response.prependListener('finish', lingerBehindAnswer);
    request.on('error', ignore);
    response.on('error', ignore);
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      request.socket.end(plainAnswer(400, '400 Bad Request: missing required Host header'));
      return;
    }
    onRequest(request, response);
  });
  // Node.js watches for slow requests from the moment a server listens, which this one never does.
  server.emit('listening');
  return server;
}

/**
 * What is left of a request that was answered early is read, within its time: to close at once would reset the
 * connection under a client that still sends, and it would never see the answer. Where the connection ends with the
 * answer only its sending side ends until then.
 */
function lingerBehindAnswer(this: Http1Response): void {
  const request = this.req;
  if (request.complete) return;
  const { socket } = request;
  // What Node.js calls when an answer was the last one.
  socket.destroySoon = () => {
    socket.end();
    request.once('close', () => socket.destroy());
  };
  request.resume();
}

/** What a client is told of an error of its connection; undefined if it is only disconnected. */
function refusalOf(code: string | undefined): string | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return plainAnswer(431, '431 Request Header Fields Too Large');
  return code?.startsWith('HPE_') ? plainAnswer(400, '400 Bad Request') : undefined;
}

/** An answer in plain text after which the connection ends. */
export function plainAnswer(status: number, text: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}

/** Also for the errors of a request or response: they are its end, which 'close' tells; without a listener they would end the process. */
function ignore(): void {}
