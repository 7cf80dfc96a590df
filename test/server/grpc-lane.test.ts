import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { StatusSchema } from '#gen/google/rpc/status_pb.js';
import {
  CheckRequestSchema,
  type CheckResponse,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import type { Listener } from '../../src/server/listener.ts';
import { hanging } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';
import { CHECK, framed, type RawAnswer, rawGrpc } from './support/raw-grpc.ts';

const check = (namespace: string, object = ''): Buffer =>
  framed(toBinary(CheckRequestSchema, create(CheckRequestSchema, { namespace, object })));

/** A header that takes a call off the lane: the browsers' cross-origin header. */
const OFF_LANE = { origin: 'https://example.com' };

describe('unary gRPC', () => {
  let listener: Listener;
  const logged: unknown[] = [];
  before(async () => {
    const logger = { error: (fields: object) => logged.push(fields), debug: () => {} };
    listener = await openListener({ limits: { maxMessageBytes: 1000 }, logger });
  });
  after(() => listener.close({ graceMs: 0 }));

  const cases: {
    name: string;
    body: Buffer | Buffer[];
    headers?: Record<string, string>;
    code: number;
    message?: RegExp;
  }[] = [
    { name: 'an answer', body: check('videos', 'x'), code: 0 },
    {
      name: 'an answer to application/grpc',
      body: check('videos'),
      headers: { 'content-type': 'application/grpc' },
      code: 0,
    },
    { name: 'identity compression', body: check('videos'), headers: { 'grpc-encoding': 'identity' }, code: 0 },
    {
      name: 'a client that prefers identity',
      body: check('videos'),
      headers: { 'grpc-accept-encoding': 'identity,deflate,gzip' },
      code: 0,
    },
    { name: 'a response header', body: check('echo header'), headers: { 'stheno-ask': 'yes' }, code: 0 },
    { name: 'a body in pieces', body: [...check('videos', 'y')].map((byte) => Buffer.of(byte)), code: 0 },
    { name: 'an empty message', body: framed(Buffer.alloc(0)), code: 0 },
    {
      name: 'an error with a reason',
      body: check('unknown', 'ż%'),
      code: 5,
      message: /^The requested resource could not be found$/,
    },
    {
      name: 'an error without a reason',
      body: check('no subject'),
      code: 3,
      message: /^subject is not allowed to be nil$/,
    },
    { name: 'a fault of ours', body: check('fault'), code: 13, message: /^An internal server error occurred/ },
    { name: 'no message', body: [], code: 12, message: /^unary request has zero messages$/ },
    {
      name: 'two messages',
      body: [check('a'), check('b')],
      code: 12,
      message: /^unary request has multiple messages$/,
    },
    { name: 'half a header', body: Buffer.of(0, 0), code: 3, message: /^protocol error: / },
    { name: 'half a message', body: check('videos').subarray(0, 8), code: 3, message: /^protocol error: / },
    {
      name: 'a compressed message without encoding',
      body: framed(Buffer.alloc(1), 1),
      code: 13,
      message: /^protocol error: /,
    },
    { name: 'unknown flags', body: framed(Buffer.alloc(0), 0x80), code: 13, message: /^protocol error: / },
    {
      name: 'bytes that are no message',
      body: framed(Buffer.of(0xff, 0xff)),
      code: 3,
      message: /^unmarshal message: /,
    },
    { name: 'text that is no UTF-8', body: framed(Buffer.of(0x0a, 1, 0xff)), code: 3, message: /^unmarshal message: / },
    {
      name: 'a message over the limit',
      body: check('videos', 'x'.repeat(1000)),
      code: 8,
      message: /^message size 1\d\d\d is larger/,
    },
    {
      name: 'a deadline that has passed',
      body: check('videos'),
      headers: { 'grpc-timeout': '0S' },
      code: 4,
      message: /^context deadline exceeded$/,
    },
    {
      name: 'a deadline too short',
      body: check('slow'),
      headers: { 'grpc-timeout': '1n' },
      code: 4,
      message: /^context deadline exceeded$/,
    },
    {
      name: 'a deadline that passes',
      body: check('hang'),
      headers: { 'grpc-timeout': '30m' },
      code: 4,
      message: /^context deadline exceeded$/,
    },
    { name: 'a deadline that suffices', body: check('slow'), headers: { 'grpc-timeout': '99999999H' }, code: 0 },
    { name: 'an empty deadline', body: check('videos'), headers: { 'grpc-timeout': '' }, code: 0 },
    {
      name: 'a deadline that is none',
      body: check('videos'),
      headers: { 'grpc-timeout': 'soon' },
      code: 3,
      message: /^protocol error: /,
    },
  ];
  for (const { name, body, headers, code, message } of cases) {
    it(`gives the same answer on and off the lane: ${name}`, async () => {
      const onLane = await rawGrpc(listener, { body, headers: { ...headers } });
      assert.equal(onLane.headers[':status'], 200);
      assert.equal(onLane.trailers['grpc-status'], String(code));
      assert.match(decodeURIComponent(String(onLane.trailers['grpc-message'] ?? '')), message ?? /^$/);
      const offLane = await rawGrpc(listener, { body, headers: { ...headers, ...OFF_LANE } });
      assert.deepEqual(essence(offLane), essence(onLane));
    });
  }

  it('answers with headers, one frame and trailers', async () => {
    const { headers, body, trailers } = await rawGrpc(listener, { body: check('videos', 'token') });
    assert.equal(headers['content-type'], 'application/grpc+proto');
    assert.equal(headers['grpc-accept-encoding'], 'gzip');
    assert.equal(headers['grpc-status'], undefined);
    assert.deepEqual(answerOf(body), create(CheckResponseSchema, { allowed: true, snaptoken: 'token' }));
    assert.deepEqual(Object.entries(trailers), [['grpc-status', '0']]);
  });

  it('puts the reason of an error into the details', async () => {
    const { trailers } = await rawGrpc(listener, { body: check('unknown', 'x') });
    const bytes = Buffer.from(String(trailers['grpc-status-details-bin']), 'base64');
    const { code, message, details } = fromBinary(StatusSchema, bytes);
    assert.deepEqual([code, message], [5, 'The requested resource could not be found']);
    assert.deepEqual(
      details.map(({ typeUrl }) => typeUrl),
      ['type.googleapis.com/google.rpc.ErrorInfo'],
    );
    const info = fromBinary(ErrorInfoSchema, details[0]?.value ?? assert.fail());
    assert.equal(info.reason, 'Unknown namespace with name "x".');
  });

  it('logs faults and hides them', async () => {
    logged.length = 0;
    const { trailers } = await rawGrpc(listener, { body: check('fault') });
    assert.doesNotMatch(String(trailers['grpc-message']), /secret/);
    assert.match(String((logged[0] as { err: Error }).err), /secret/);
  });

  it('aborts the call when the client cancels', async () => {
    const count = hanging.length;
    const session = connect(`http://${listener.address}`);
    const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.end(check('hang'));
    while (hanging.length === count) await sleep(5);
    stream.close(8);
    while (hanging.at(-1)?.aborted !== true) await sleep(5);
    assert.equal(String(hanging.at(-1)?.reason), 'SthenoError: context canceled');
    session.close();
  });

  it('refuses a message over the limit before it has come, and the rest of it', async () => {
    const session = connect(`http://${listener.address}`);
    const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
    stream.write(Buffer.of(0, 0, 0xff, 0xff, 0xff));
    const trailers = await new Promise<Record<string, unknown>>((resolve) => stream.on('trailers', resolve).resume());
    assert.equal(trailers['grpc-status'], '8');
    await new Promise((resolve) => stream.on('close', resolve));
    session.close();
  });

  it('serves calls after one another and at once on one connection', async () => {
    const session = connect(`http://${listener.address}`);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
        stream.end(check('videos', String(index)));
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        return new Promise<string>((resolve) =>
          stream.on('end', () => resolve(answerOf(Buffer.concat(chunks)).snaptoken)),
        );
      }),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 100 }, (_, index) => String(index)),
    );
    session.close();
  });
});

function answerOf(body: Buffer): CheckResponse {
  return fromBinary(CheckResponseSchema, body.subarray(5));
}

/** What a client sees of an answer; the date apart. */
function essence({ headers, body, trailers }: RawAnswer): unknown {
  const { date: _, ...rest } = headers;
  return { headers: Object.entries(rest).sort(byName), body: body.toString('hex'), trailers: Object.entries(trailers) };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
