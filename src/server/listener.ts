import { setMaxListeners } from 'node:events';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket, Server as TlsServer } from 'node:tls';
import { ConnectError } from '@connectrpc/connect';
import { SthenoError } from '../errors.ts';
import type { RpcService } from '../service/rpc-service.ts';
import { LAST_WORDS_MS } from './end-unread.ts';
import type { HttpHandler } from './http-exchange.ts';
import { createHttp1Server, plainAnswer } from './http1-server.ts';
import { createHttp2Server } from './http2-server.ts';
import { IdleSessions } from './idle-sessions.ts';
import { ListenError } from './listen-error.ts';
import { DEFAULT_LIMITS, type ListenerLimits } from './listener-limits.ts';
import { sniffProtocol, type WireProtocol } from './protocol-sniffer.ts';
import { ReadDeadlines } from './read-deadlines.ts';
import { type CrossOrigin, RequestDispatcher } from './request-dispatcher.ts';
import type { RequestObserver } from './request-observer.ts';
import { type RpcMethod, rpcMethods } from './rpc-method.ts';
import type { ServerLogger } from './server-logger.ts';
import { removeStaleSocket, requireSocketPath } from './socket-file.ts';
import { isFault } from './status.ts';
import { createTlsTerminator, type TlsMaterial } from './tls-terminator.ts';

export interface ListenOptions {
  /** For metrics and logs: `read`, `write`, … */
  readonly name: string;
  /** Empty or undefined: all interfaces. */
  readonly host?: string | undefined;
  /** 0: any free one. Not used with `socketPath`. */
  readonly port?: number | undefined;
  /** Listens on a Unix socket instead. The file goes when the listener closes; one of a dead process is replaced. */
  readonly socketPath?: string | undefined;
  /** With it, nothing but TLS is spoken. */
  readonly tls?: TlsMaterial | undefined;
  /** Where several listeners share a port, the services of all of them; named twice, the last one counts. */
  readonly services: readonly RpcService[];
  /** Answers every request that is not for a method of the services. */
  readonly fallback: HttpHandler;
  readonly cors?: CrossOrigin | undefined;
  readonly limits?: Partial<ListenerLimits> | undefined;
  readonly observer?: RequestObserver | undefined;
  readonly logger?: ServerLogger | undefined;
}

/** How often a closing listener looks for connections that have become idle. */
const CLOSE_POLL_MS = 20;

/**
 * One port that speaks gRPC, gRPC-Web, Connect and plain HTTP, over HTTP/1.1 and HTTP/2, in the
 * clear (by prior knowledge) or behind TLS (by ALPN).
 */
export class Listener {
  readonly #server: Server;
  readonly #http1: ReturnType<typeof createHttp1Server>;
  readonly #http2: Http2Server;
  readonly #tls: TlsServer | undefined;
  readonly #limits: ListenerLimits;
  readonly #readDeadlines: ReadDeadlines;
  readonly #idleSessions: IdleSessions;
  readonly #sockets = new Set<Socket>();
  /** With the sockets that they were made for. */
  readonly #sessions = new Map<ServerHttp2Session, Socket>();
  /** The socket that a session is being made for. */
  #handedOver: Socket | undefined;
  readonly #shutdown = new AbortController();
  #closing: Promise<void> | undefined;

  /** @throws ListenError if the address cannot be listened on */
  static async listen(options: ListenOptions): Promise<Listener> {
    const listener = new Listener(options);
    try {
      await listener.#open(options);
    } catch (error) {
      await listener.close({ graceMs: 0 });
      throw error;
    }
    return listener;
  }

  private constructor(options: ListenOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    setMaxListeners(0, this.#shutdown.signal); // Every stream that runs is one.
    this.#readDeadlines = new ReadDeadlines({ timeoutMs: this.#limits.readTimeoutMs });
    this.#idleSessions = new IdleSessions({ timeoutMs: this.#limits.idleTimeoutMs });
    const dispatcher = new RequestDispatcher({
      name: options.name,
      methods: rpcMethods(options.services),
      fallback: options.fallback,
      cors: options.cors,
      maxMessageBytes: this.#limits.maxMessageBytes,
      readDeadlines: this.#readDeadlines,
      shutdownSignal: this.#shutdown.signal,
      observer: options.observer,
      onError: (error, method) => {
        // Endless streams end like this when the server stops.
        if (error !== this.#shutdown.signal.reason) logFault(options.logger, error, method);
      },
    });
    this.#http1 = createHttp1Server(this.#limits, (request, response) => dispatcher.request(request, response));
    this.#http2 = createHttp2Server(this.#limits, (stream, headers, raw) => dispatcher.stream(stream, headers, raw));
    this.#http2.on('session', (session) => this.#trackSession(session));
    if (options.tls !== undefined) {
      this.#tls = createTlsTerminator(options.tls, this.#limits.readTimeoutMs, (socket) => this.#secured(socket));
    }
    // Half open: a client that has sent its request and closed its side still gets the answer.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** `HOST:PORT`, or the path of a Unix socket. */
  get address(): string {
    const address = this.#server.address();
    if (address === null) throw new Error('BUG: the listener is closed');
    return typeof address === 'string' ? address : hostPort(address.address, address.port);
  }

  /** The port; 0 for a Unix socket. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Uses another certificate for the connections to come. @throws Error if certificate or key are broken */
  replaceCertificate({ cert, key }: TlsMaterial): void {
    if (this.#tls === undefined) throw new Error('BUG: the listener has no TLS');
    this.#tls.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  }

  /**
   * Accepts nothing more, lets running requests finish and ends what is not finished after the
   * grace. Endless streams are ended at once.
   */
  close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ graceMs: 0 });
  }

  async #close(graceMs: number): Promise<void> {
    const stopped = new Promise((resolve) => this.#server.close(resolve));
    this.#shutdown.abort(new SthenoError('unavailable', { message: 'the server is shutting down' }));
    for (const session of this.#sessions.keys()) session.close();
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const untilMs = performance.now() + graceMs;
    const endedAtMs = new Map<ServerHttp2Session, number>();
    while (this.#sockets.size > 0 && performance.now() < untilMs) {
      this.#http1.closeIdleConnections();
      this.#leaveUnread(endedAtMs);
      await sleep(CLOSE_POLL_MS);
    }
    for (const session of this.#sessions.keys()) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#http1.close(); // ends its watch for slow requests
    this.#readDeadlines.close();
    this.#idleSessions.close();
    await stopped;
  }

  async #open(options: ListenOptions): Promise<void> {
    const { socketPath } = options;
    if (socketPath === undefined) return this.#listen(options);
    await requireSocketPath(socketPath);
    try {
      await this.#listen(options);
    } catch (error) {
      if (!isTaken(error) || !(await removeStaleSocket(socketPath))) throw error;
      await this.#listen(options);
    }
  }

  #listen({ host, port = 0, socketPath }: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (error: Error): void => reject(new ListenError(socketPath ?? hostPort(host ?? '', port), error));
      this.#server.once('error', refuse);
      this.#server.listen(socketPath === undefined ? { host: host || undefined, port } : { path: socketPath }, () => {
        this.#server.off('error', refuse);
        // Later errors are of single connections, such as too many open files; the next may succeed.
        this.#server.on('error', ignoreError);
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', ignoreError);
    sniffProtocol(socket, this.#limits.readTimeoutMs, (protocol) => {
      if (protocol !== 'http1') socket.allowHalfOpen = false;
      if (this.#tls === undefined) this.#serve(socket, protocol);
      else if (protocol === 'tls') this.#tls.emit('connection', socket);
      else if (protocol === 'http1') socket.end(plainAnswer(400, '400 Bad Request: this port speaks TLS'));
      else socket.destroy();
    });
  }

  #secured(socket: TLSSocket): void {
    socket.on('error', ignoreError);
    if (socket.alpnProtocol === 'h2') this.#serve(socket, 'http2');
    else if (socket.alpnProtocol === 'http/1.1') this.#serve(socket, 'http1');
    else sniffProtocol(socket, this.#limits.readTimeoutMs, (protocol) => this.#serve(socket, protocol));
  }

  #serve(socket: Socket, protocol: WireProtocol): void {
    switch (protocol) {
      case 'http1':
        this.#http1.emit('connection', socket);
        return;
      case 'http2':
        this.#handedOver = socket;
        this.#http2.emit('connection', socket);
        return;
      case 'tls':
        socket.destroy();
    }
  }

  /** A session that has ended leaves its socket open until the client has read everything, which it may never do. */
  #leaveUnread(endedAtMs: Map<ServerHttp2Session, number>): void {
    const nowMs = performance.now();
    for (const [session, socket] of this.#sessions) {
      if (!session.destroyed) continue;
      const sinceMs = endedAtMs.get(session) ?? nowMs;
      endedAtMs.set(session, sinceMs);
      if (nowMs - sinceMs >= LAST_WORDS_MS) socket.destroy();
    }
  }

  #trackSession(session: ServerHttp2Session): void {
    // It was handed over in this turn.
    this.#sessions.set(session, this.#handedOver as Socket);
    this.#idleSessions.watch(session);
    session.once('close', () => this.#sessions.delete(session));
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof ListenError && (error.cause as NodeJS.ErrnoException).code === 'EADDRINUSE'; // the cause is a system error
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Errors of connections are their end, which 'close' tells; without a listener they would end the process. */
function ignoreError(): void {}

function logFault(logger: ServerLogger | undefined, error: unknown, method: RpcMethod | undefined): void {
  if (error instanceof ConnectError || !isFault(error)) return;
  logger?.error({ err: error, endpoint: method?.path }, 'a request failed');
}
