import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A connection whose errors are only its end. `address` is `HOST:PORT`. */
export async function openSocket(address: string): Promise<Socket> {
  const [host = '', port] = address.split(':');
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** What comes back for the bytes, in Latin-1, until the connection ends or `timeoutMs` have passed. */
export async function exchange(address: string, bytes: string | Buffer, timeoutMs = 10_000): Promise<string> {
  const socket = await openSocket(address);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.setTimeout(timeoutMs, () => socket.destroy());
  socket.once('end', () => socket.end());
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

/**
 * Sends a body of a length piece by piece, as fast as it is taken, and never says how long it is.
 * @returns the status; 0 when the connection ended without one
 */
export function sendChunked(url: string, options: { method: string; bytes: number; type: string }): Promise<number> {
  const piece = Buffer.alloc(64 * 1024, ' ');
  return new Promise((resolve) => {
    const request = httpRequest(url, {
      method: options.method,
      headers: { 'content-type': options.type, 'transfer-encoding': 'chunked' },
      agent: false,
    });
    request.on('error', () => resolve(0));
    request.on('response', (response) => {
      response.resume().on('error', () => {});
      resolve(response.statusCode ?? 0);
    });
    let left = options.bytes;
    const write = (): void => {
      while (left > 0 && !request.destroyed) {
        left -= piece.length;
        if (!request.write(piece)) {
          request.once('drain', write);
          return;
        }
      }
      request.end();
    };
    write();
  });
}
