import type { SecureContextOptions } from 'node:tls';
import type { Interceptor } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import type { ClientTransport, OpenTransport } from './client-options.ts';

/** How requests travel on Node.js. */
export interface NodeTransportOptions {
  /** `grpc`, over HTTP/2, is the default. `connect` also gets through proxies that know only plain HTTP. */
  readonly protocol?: 'grpc' | 'connect' | undefined;
  /** For the protocol `connect`; default `2`. */
  readonly httpVersion?: '1.1' | '2' | undefined;
  /** For `https:` URLs. */
  readonly tls?: NodeTlsOptions | undefined;
  /** Lets the server compress its answers. Default false: they are small, and compressing them takes longer. */
  readonly compression?: boolean | undefined;
  /** See every request and answer. */
  readonly interceptors?: Interceptor[] | undefined;
}

/** What `tls.connect` of Node.js takes: `ca` to trust, `cert` and `key` to show, and so on. */
export interface NodeTlsOptions extends SecureContextOptions {
  /** The name that the certificate must have; default: that of the URL. */
  readonly servername?: string;
  /** False trusts anybody: only for tests. */
  readonly rejectUnauthorized?: boolean;
}

/** A connection that stands but no longer answers is noticed within this time plus the next. */
const PING_INTERVAL_MS = 20_000;
const PING_TIMEOUT_MS = 5_000;

/**
 * gRPC or Connect with the HTTP modules of Node.js. Over HTTP/2 all requests share one connection, which is opened
 * with the first and again after it broke, and does not keep the process alive while it is idle.
 */
export function nodeTransport(options: NodeTransportOptions = {}): OpenTransport {
  const { protocol = 'grpc', httpVersion = '2' } = options;
  if (protocol === 'connect' && httpVersion === '1.1') return (baseUrl) => overHttp1(baseUrl, options);
  return (baseUrl) => overHttp2(baseUrl, options);
}

function overHttp1(baseUrl: string, options: NodeTransportOptions): ClientTransport {
  return createConnectTransport({
    baseUrl,
    httpVersion: '1.1',
    ...common(options),
    ...(options.tls !== undefined && { nodeOptions: options.tls }),
  });
}

function overHttp2(baseUrl: string, options: NodeTransportOptions): ClientTransport {
  const pings = { pingIntervalMs: PING_INTERVAL_MS, pingTimeoutMs: PING_TIMEOUT_MS };
  const sessionManager = new Http2SessionManager(baseUrl, pings, options.tls);
  const settings = { baseUrl, sessionManager, ...common(options) };
  const transport =
    options.protocol === 'connect'
      ? createConnectTransport({ ...settings, httpVersion: '2' })
      : createGrpcTransport(settings);
  return {
    unary: (...call) => transport.unary(...call),
    stream: (...call) => transport.stream(...call),
    close: () => sessionManager.abort(),
  };
}

function common({ compression = false, interceptors }: NodeTransportOptions) {
  return {
    useBinaryFormat: true,
    ...(!compression && { acceptCompression: [] }),
    ...(interceptors !== undefined && { interceptors }),
  };
}
