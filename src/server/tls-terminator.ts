import { createServer, type Server, type TLSSocket } from 'node:tls';

/** A certificate chain and its key, in PEM. */
export interface TlsMaterial {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/**
 * Takes TLS off connections that are handed to it by `emit('connection', socket)`; it does not
 * listen itself. What is spoken inside is agreed by ALPN.
 */
export function createTlsTerminator(
  { cert, key }: TlsMaterial,
  handshakeTimeoutMs: number,
  onSecure: (socket: TLSSocket) => void,
): Server {
  const server = createServer({
    cert,
    key,
    ALPNProtocols: ['h2', 'http/1.1'],
    minVersion: 'TLSv1.2',
    handshakeTimeout: handshakeTimeoutMs,
  });
  server.on('secureConnection', onSecure);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
