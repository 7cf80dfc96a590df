import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { connect as netConnect } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { ServerReflection } from '#gen/grpc/reflection/v1/reflection_pb.js';
import { CheckService } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Listener } from '../../src/server/listener.ts';
import { reflectionServices } from '../../src/server/reflection-service.ts';
import type { FinishedRequest } from '../../src/server/request-observer.ts';
import { checkService, hanging } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';
import { CHECK, framed, rawGrpc } from './support/raw-grpc.ts';

describe('the request observer is told of', () => {
  let listener: Listener;
  const finished: FinishedRequest[] = [];
  before(async () => {
    const services = [checkService, ...reflectionServices({ services: [checkService] })];
    listener = await openListener({ services, observer: { finished: (request) => finished.push(request) } });
  });
  beforeEach(() => {
    finished.length = 0;
  });
  after(() => listener.close({ graceMs: 0 }));

  const baseUrl = () => `http://${listener.address}`;
  const told = async (): Promise<FinishedRequest> => {
    while (finished.length === 0) await sleep(2);
    const [request, ...others] = finished;
    assert.equal(others.length, 0);
    return request ?? assert.fail();
  };
  const check = (client: Client<typeof CheckService>, namespace: string) =>
    client.check({ namespace }).catch(ConnectError.from);

  for (const { name, open, namespace, expected } of [
    {
      name: 'a call on the lane',
      open: () => createGrpcTransport({ baseUrl: baseUrl(), acceptCompression: [] }),
      namespace: 'videos',
      expected: {
        protocol: 'grpc',
        httpVersion: '2.0',
        httpStatus: 200,
        grpcCode: 0,
        requestBytes: 13,
        responseBytes: 7,
      },
    },
    {
      name: 'a failed call on the lane',
      open: () => createGrpcTransport({ baseUrl: baseUrl(), acceptCompression: [] }),
      namespace: 'no subject',
      expected: {
        protocol: 'grpc',
        httpVersion: '2.0',
        httpStatus: 200,
        grpcCode: 3,
        requestBytes: 17,
        responseBytes: 0,
      },
    },
    {
      name: 'a gRPC-Web call',
      open: () => createGrpcWebTransport({ baseUrl: baseUrl(), httpVersion: '1.1', acceptCompression: [] }),
      namespace: 'videos',
      expected: {
        protocol: 'grpc-web',
        httpVersion: '1.1',
        httpStatus: 200,
        grpcCode: 0,
        requestBytes: 13,
        responseBytes: 28,
      },
    },
    {
      name: 'a failed Connect call',
      open: () => createConnectTransport({ baseUrl: baseUrl(), httpVersion: '2', useBinaryFormat: false }),
      namespace: 'no subject',
      expected: {
        protocol: 'connect',
        httpVersion: '2.0',
        httpStatus: 400,
        grpcCode: 3,
        requestBytes: 26,
        responseBytes: 72,
      },
    },
  ] as const) {
    it(name, async () => {
      await check(createClient(CheckService, open()), namespace);
      const { durationMs, headers, remoteAddress, ...rest } = await told();
      assert.deepEqual(rest, { listener: 'read', method: 'POST', target: CHECK, endpoint: CHECK, ...expected });
      assert(durationMs > 0 && durationMs < 5_000);
      assert.match(headers['content-type'] ?? '', /^application\//);
      assert.equal(remoteAddress, '127.0.0.1');
    });
  }

  it('a stream, by the name of its service', async () => {
    const client = createClient(
      ServerReflection,
      createGrpcTransport({ baseUrl: baseUrl(), idleConnectionTimeoutMs: 1 }),
    );
    async function* requests() {
      yield { messageRequest: { case: 'listServices' as const, value: '' } };
    }
    for await (const _ of client.serverReflectionInfo(requests()));
    const { endpoint, grpcCode, httpStatus } = await told();
    assert.deepEqual([endpoint, grpcCode, httpStatus], ['/grpc.reflection.v1.ServerReflection/', 0, 200]);
  });

  it('what the fallback answered', async () => {
    await fetch(`${baseUrl()}/relation-tuples?a=b`, { method: 'PUT', body: 'hello' }).then((response) =>
      response.text(),
    );
    const { protocol, endpoint, method, target, httpStatus, responseBytes, requestBytes } = await told();
    assert.deepEqual([protocol, endpoint, method, target], ['http', undefined, 'PUT', '/relation-tuples?a=b']);
    assert.deepEqual([httpStatus, responseBytes, requestBytes], [404, 19, 5]);
  });

  it('a call whose client went away', async () => {
    const count = hanging.length;
    const session = connect(baseUrl());
    const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.end(framed(Buffer.from('\x0a\x04hang', 'latin1')));
    while (hanging.length === count) await sleep(2);
    stream.close(8);
    const { httpStatus, grpcCode } = await told();
    assert.deepEqual([httpStatus, grpcCode], [0, 1]);
    session.close();
  });

  it('a call whose connection was lost', async () => {
    const count = hanging.length;
    const socket = netConnect(listener.port, '127.0.0.1');
    const session = connect(baseUrl(), { createConnection: () => socket });
    session.on('error', () => {});
    const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.end(framed(Buffer.from('\x0a\x04hang', 'latin1')));
    while (hanging.length === count) await sleep(2);
    socket.destroy();
    const { httpStatus, grpcCode } = await told();
    assert.deepEqual([httpStatus, grpcCode], [0, 1]);
  });

  it('a call once, however it was refused', async () => {
    await rawGrpc(listener, { headers: { 'content-type': 'application/grpc+thrift' } });
    const { httpStatus, grpcCode, endpoint } = await told();
    assert.deepEqual([httpStatus, grpcCode, endpoint], [415, undefined, CHECK]);
  });
});
