import type { ClientOptions, OpenTransport } from '../../../src/client/index.ts';
import { fetchTransport, SthenoClient } from '../../../src/client/index.ts';
import { nodeTransport } from '../../../src/client/node-transport.ts';
import type { ReplayServer } from '../../support/replay/replay-server.ts';

/** Every way that requests can travel. */
export const TRANSPORTS: Readonly<Record<string, OpenTransport>> = {
  fetch: fetchTransport(),
  'gRPC over HTTP/2': nodeTransport(),
  'Connect over HTTP/2': nodeTransport({ protocol: 'connect' }),
  'Connect over HTTP/1.1': nodeTransport({ protocol: 'connect', httpVersion: '1.1' }),
};

/** A client of a server in this process, with a URL for each port. */
export function openClient(server: ReplayServer, options: ClientOptions = {}): SthenoClient {
  const url = (port: 'read' | 'write' | 'opl'): string => `http://127.0.0.1:${server.port(port)}`;
  return new SthenoClient({ readUrl: url('read'), writeUrl: url('write'), oplUrl: url('opl'), ...options });
}
