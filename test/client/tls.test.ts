import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type OpenTransport, RequestError, SthenoClient } from '../../src/client/index.ts';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { selfSigned } from '../server/support/self-signed.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';

const certificate = selfSigned('localhost');
const tls = { ca: certificate?.cert.toString() ?? '' };

const TRUSTING: Readonly<Record<string, OpenTransport>> = {
  'gRPC over HTTP/2': nodeTransport({ tls }),
  'Connect over HTTP/2': nodeTransport({ tls, protocol: 'connect' }),
  'Connect over HTTP/1.1': nodeTransport({ tls, protocol: 'connect', httpVersion: '1.1' }),
};

describe('a client of a server with TLS', { skip: certificate === undefined && 'there is no openssl' }, () => {
  const start = (): Promise<ReplayServer> => {
    const base64 = (pem: Buffer | string = ''): { base64: string } => ({ base64: Buffer.from(pem).toString('base64') });
    const files = { cert: base64(certificate?.cert), key: base64(certificate?.key) }; // what it makes
    return ReplayServer.start({ namespaces: [{ id: 0, name: 'files' }], config: { serve: { write: { tls: files } } } });
  };

  for (const [name, transport] of Object.entries(TRUSTING)) {
    it(`trusts the authority that it is given (${name})`, async () => {
      await using server = await start();
      const client = new SthenoClient({ baseUrl: `https://127.0.0.1:${server.port('write')}`, transport });
      await client.write([{ insert: 'files:a#owner@ann' }]);
      assert.equal(await client.check('files:a#owner@ann'), true);
      client.close();
    });
  }

  it('trusts nobody else', async () => {
    await using server = await start();
    const baseUrl = `https://127.0.0.1:${server.port('write')}`;
    for (const transport of [undefined, nodeTransport(), nodeTransport({ protocol: 'connect', httpVersion: '1.1' })]) {
      const client = new SthenoClient({ baseUrl, transport, retry: { maxAttempts: 1 } });
      await assert.rejects(client.version(), RequestError);
      client.close();
    }
  });
});
