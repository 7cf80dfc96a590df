import { createServer, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { Http1Request, Http1Response } from './http-exchange.ts';
import type { ListenerLimits } from './listener-limits.ts';

/**
 * A server for connections that are handed to it by `emit('connection', socket)`; it does not
 * listen itself. It answers what cannot be parsed as the contract says (REST §1.1), and limits how long headers take.
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
    requestTimeout: 0, // bodies have their deadline from whoever gets the requests: some may take any time
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(limits.readTimeoutMs, 1000),
    requireHostHeader: false, // checked below, with the contract's text
  });
  server.timeout = limits.idleTimeoutMs;
  server.on('clientError', refuse);
  // Node.js lets its parser read TLS connections below their streams. Paused behind an answer that is still being
  // sent it takes the next record, which has arrived already, for an error (HPE_PAUSED). When someone listens besides
  // it reads from the stream, which keeps what comes while it is paused.
  server.on('connection', (socket) => {
    if (socket instanceof TLSSocket) socket.on('data', ignore);
  });
  server.on('request', (request, response) => {
    (request.socket as AnsweringSocket)[ANSWER] = response;
    request.on('error', ignore);
    response.on('error', ignore);
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') onRequest(request, response);
    else request.socket.end(plainAnswer(400, '400 Bad Request: missing required Host header'));
  });
  // Node.js watches for slow requests from the moment a server listens, which this one never does.
  server.emit('listening');
  return server;
}

/** Where a connection has its latest answer: in the middle of it there must not be a second one. */
const ANSWER = Symbol('answer');
type AnsweringSocket = Duplex & { [ANSWER]?: Http1Response };

function refuse({ code }: NodeJS.ErrnoException, socket: AnsweringSocket): void {
  const isAnswering = socket[ANSWER]?.writableFinished === false;
  const refusal = isAnswering ? undefined : refusalOf(code);
  if (refusal !== undefined && socket.writable) socket.end(refusal, () => socket.destroy());
  else socket.destroy();
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
