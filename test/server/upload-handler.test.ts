import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { describe, it } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ImportRequestSchema,
  type ImportResponse,
  ImportResponseSchema,
  TupleService,
} from '#gen/stheno/v1/tuple_service_pb.js';
import { TupleChange_Action as Action } from '#gen/stheno/v1/watch_service_pb.js';
import { implement, type RpcService } from '../../src/service/rpc-service.ts';
import { eventually } from '../support/eventually.ts';
import { openListener } from './support/open-listener.ts';
import { framed, rawGrpc } from './support/raw-grpc.ts';

const PATH = '/stheno.v1.TupleService/Import';

/** A service that counts what is imported, and tells how each call went. */
function countingService(): { service: RpcService; events: string[] } {
  const events: string[] = [];
  const refuse = (): never => assert.fail('only imports are asked for');
  const service = implement(TupleService, {
    write: refuse,
    delete: refuse,
    async import(requests, call) {
      let received = 0n;
      let messages = 0n;
      call.signal.addEventListener('abort', () => events.push(`given up: ${call.signal.reason}`));
      try {
        for await (const { changes } of requests) {
          messages++;
          received += BigInt(changes.length);
          events.push(`has ${received}`);
        }
        return create(ImportResponseSchema, { received, inserted: messages });
      } catch (error) {
        events.push(`failed: ${error}`);
        throw error;
      }
    },
  });
  return { service, events };
}

function message(changes: number, object = 'o'): Buffer {
  const change = {
    action: Action.INSERT,
    tuple: { namespace: 'Doc', object, relation: 'view', subject: { ref: { case: 'id', value: 'ann' } } },
  } as const;
  const request = create(ImportRequestSchema, { changes: Array.from({ length: changes }, () => change) });
  return Buffer.from(toBinary(ImportRequestSchema, request));
}

function answerOf(body: Buffer): ImportResponse {
  return fromBinary(ImportResponseSchema, body.subarray(5));
}

describe('a stream of messages over gRPC', () => {
  const body = Buffer.concat([framed(message(2)), framed(Buffer.alloc(0)), framed(message(300, 'x'.repeat(400)))]);
  for (const [name, pieces] of Object.entries({
    'in one piece': [body],
    'byte by byte, at first': [...body.subarray(0, 300)].map((byte) => Buffer.of(byte)).concat(body.subarray(300)),
    'cut inside a header': [body.subarray(0, 3), body.subarray(3, 7), body.subarray(7)],
    'without any message': [],
  })) {
    it(`is read ${name}`, async () => {
      const { service } = countingService();
      await using listener = await openListener({ services: [service] });
      const answer = await rawGrpc(listener, { path: PATH, body: pieces });
      assert.equal(answer.trailers['grpc-status'], '0');
      const { received, inserted } = answerOf(answer.body);
      assert.deepEqual([received, inserted], pieces.length === 0 ? [0n, 0n] : [302n, 3n]);
    });
  }

  const huge = Buffer.alloc(5);
  huge.writeUInt32BE(2 ** 30, 1);
  for (const { name, headers = {}, sent, status, text } of [
    { name: 'a message that is too large', sent: huge, status: '8', text: /^message size 1073741824 is larger than/ },
    { name: 'half a message', sent: body.subarray(0, -1), status: '3', text: /incomplete message/ },
    { name: 'half a header', sent: body.subarray(0, 2), status: '3', text: /incomplete message/ },
    { name: 'a compressed message', sent: framed(message(1), 1), status: '13', text: /without grpc-encoding/ },
    { name: 'flags that nobody knows', sent: framed(message(1), 2), status: '13', text: /invalid frame flags 2/ },
    { name: 'no message', sent: framed(Buffer.from([0x0a, 0xff])), status: '3', text: /^unmarshal message: / },
    {
      name: 'a deadline that is no number',
      headers: { 'grpc-timeout': 'soon' },
      sent: body,
      status: '3',
      text: /timeout/,
    },
    {
      name: 'a deadline that has passed',
      headers: { 'grpc-timeout': '0n' },
      sent: body,
      status: '4',
      text: /context deadline exceeded/,
    },
  ]) {
    it(`is refused for ${name}`, async () => {
      const { service } = countingService();
      await using listener = await openListener({ services: [service] });
      const { trailers, body: answer } = await rawGrpc(listener, { path: PATH, headers, body: [sent] });
      assert.equal(trailers['grpc-status'], status);
      assert.match(decodeURIComponent(`${trailers['grpc-message']}`), text);
      assert.equal(answer.byteLength, 0);
    });
  }

  it('ends at its deadline, however much is still to come', async () => {
    const { service } = countingService();
    await using listener = await openListener({ services: [service] });
    const session = connect(`http://${listener.address}`);
    try {
      const stream = session.request({
        ':method': 'POST',
        ':path': PATH,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': '50m',
      });
      stream.on('error', () => {});
      const status = new Promise((resolve) => stream.on('trailers', (trailers) => resolve(trailers['grpc-status'])));
      stream.resume();
      stream.write(framed(message(1)));
      assert.equal(await status, '4');
    } finally {
      session.destroy();
    }
  });

  it('is told when the server stops', async () => {
    const { service, events } = countingService();
    const listener = await openListener({ services: [service] });
    const session = connect(`http://${listener.address}`).on('error', () => {});
    const headers = { 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request({ ':method': 'POST', ':path': PATH, ...headers }).on('error', () => {});
    const status = new Promise((resolve) => stream.on('trailers', (trailers) => resolve(trailers['grpc-status'])));
    stream.resume();
    stream.write(framed(message(1)));
    await eventually(() => events.includes('has 1'));
    const stopped = listener.close({ graceMs: 60_000 });
    assert.equal(await status, '14');
    session.destroy();
    await stopped;
  });

  it('is given up when its client goes away', async () => {
    const { service, events } = countingService();
    await using listener = await openListener({ services: [service] });
    const session = connect(`http://${listener.address}`).on('error', () => {});
    const stream = session.request({
      ':method': 'POST',
      ':path': PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => {});
    stream.write(framed(message(1)));
    await eventually(() => events.includes('has 1'));
    session.destroy();
    await eventually(() => events.length === 3);
    assert.deepEqual(events.slice(1).sort(), [
      'failed: SthenoError: context canceled',
      'given up: SthenoError: context canceled',
    ]);
  });
});
