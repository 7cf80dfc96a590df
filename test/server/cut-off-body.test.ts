import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, connect as http2Connect } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { describe, it } from 'node:test';
import { SthenoError } from '../../src/errors.ts';
import type { HttpHandler } from '../../src/server/http-exchange.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { RpcHandler } from '../../src/server/rpc-handler.ts';
import { rpcMethods } from '../../src/server/rpc-method.ts';
import { checkService } from './support/check-service.ts';
import { CHECK } from './support/raw-grpc.ts';

const MAX_BYTES = 1024;
const CANCELED = 1;

/** An RPC handler that gives the status of the call to `ended`. */
function rpc(ended: (code: unknown) => void): HttpHandler {
  const methods = rpcMethods([checkService]);
  const method = methods.get(CHECK) ?? assert.fail();
  const { signal } = new AbortController();
  const handler = new RpcHandler({
    methods: methods.values(),
    maxMessageBytes: MAX_BYTES,
    shutdownSignal: signal,
    onError: () => {},
  });
  return (request, response) => void handler.handle(method, request, response, ended);
}

/** A REST handler that gives the code of the error its route met to `ended`. */
function rest(ended: (code: unknown) => void): HttpHandler {
  return createRestHandler({
    routes: [
      {
        method: 'POST',
        path: CHECK,
        handle: async (request) => {
          const body = request.body();
          body.catch((error) => ended(error instanceof SthenoError ? error.code : error));
          return { kind: 'bytes', status: 200, contentType: 'text/plain', body: await body };
        },
      },
    ],
    limits: { maxBodyBytes: MAX_BYTES },
  });
}

const HEAD = `POST ${CHECK} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;

describe('a body whose client goes away in the middle ends', () => {
  for (const { name, handlerOf, expected } of [
    { name: 'a call', handlerOf: rpc, expected: CANCELED },
    { name: 'a REST request', handlerOf: rest, expected: 'canceled' },
  ]) {
    for (const length of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      it(`${name} with ${length}`, async () => {
        let end: (code: unknown) => void = () => {};
        const ended = new Promise((resolve) => {
          end = resolve;
        });
        const server = createServer(handlerOf(end)).listen(0, '127.0.0.1');
        await once(server, 'listening');
        const client = connect((server.address() as AddressInfo).port, '127.0.0.1'); // it listens on TCP
        const requested = once(server, 'request');
        client.write(`${HEAD}${length}\r\n\r\n${length.includes('chunked') ? '5\r\n{"a":\r\n' : '{"a":'}`);
        await requested;
        client.destroy();
        assert.equal(await ended, expected);
        server.close();
      });
    }

    it(`${name} over HTTP/2`, async () => {
      let end: (code: unknown) => void = () => {};
      const ended = new Promise((resolve) => {
        end = resolve;
      });
      const server = createHttp2Server(handlerOf(end)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1'); // it listens on TCP
      const session = http2Connect('http://127.0.0.1', { createConnection: () => client });
      session.on('error', () => {});
      const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/json' });
      stream.on('error', () => {});
      const requested = once(server, 'request');
      stream.write('{"a":');
      await requested;
      client.destroy();
      assert.equal(await ended, expected);
      server.close();
    });
  }
});
