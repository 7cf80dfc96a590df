import type { Http2Session } from 'node:http2';

const known = new WeakMap<Http2Session, string>();

/**
 * The address of the client of an HTTP/2 connection, asked for once a connection: it costs as much
 * as a small call. Undefined if it is asked for first when the connection is gone.
 */
export function remoteAddressOf(session: Http2Session | undefined): string | undefined {
  if (session === undefined) return undefined;
  const address = known.get(session);
  if (address !== undefined || session.destroyed) return address;
  const { remoteAddress } = session.socket;
  if (remoteAddress !== undefined) known.set(session, remoteAddress);
  return remoteAddress;
}
