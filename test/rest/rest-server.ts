import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler } from '../../src/server/http-exchange.ts';

export interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface RestServer extends AsyncDisposable {
  readonly port: number;
  /** Sends one request on a connection of its own; the target goes out as it stands. */
  send(
    method: string,
    target: string,
    options?: { headers?: Record<string, string>; body?: string | Buffer },
  ): Promise<Received>;
}

/** A real server on a port of its own. */
export async function startRestServer(handler: HttpHandler): Promise<RestServer> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  return {
    port,
    send: (method, target, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = send({ port, method, path: target, headers, agent: false }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const received = Buffer.concat(chunks);
            resolve({
              status: incoming.statusCode,
              headers: incoming.headers,
              body: received,
              text: received.toString(),
            });
          });
        });
        outgoing.on('error', reject);
        // Without a length Node sends the body of a DELETE without saying so.
        if (body !== undefined && headers['transfer-encoding'] === undefined) {
          outgoing.setHeader('content-length', Buffer.byteLength(body));
        }
        outgoing.end(body);
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
