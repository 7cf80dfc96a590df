import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import type { Listener } from '../../../src/server/listener.ts';

export interface RawAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';

/** A frame around a message: flags, length, payload. */
export function framed(payload: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(payload.byteLength, 1);
  return Buffer.concat([head, payload]);
}

/** One POST over a connection of its own (HTTP/2 in the clear), with the body as it stands, in the given pieces. */
export function rawGrpc(
  listener: Listener,
  options: { path?: string; headers?: OutgoingHttpHeaders; body?: Buffer | readonly Buffer[] },
): Promise<RawAnswer> {
  const { path = CHECK, headers = {}, body = [] } = options;
  return new Promise((resolve, reject) => {
    const session = connect(`http://${listener.address}`);
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      ...headers,
    });
    let head: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => {
      head = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      session.close();
      resolve({ headers: head, trailers, body: Buffer.concat(chunks) });
    });
    for (const chunk of Buffer.isBuffer(body) ? [body] : body) stream.write(chunk);
    stream.end();
  });
}
