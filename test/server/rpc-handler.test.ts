import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { healthService } from '../../src/server/health-service.ts';
import type { Listener } from '../../src/server/listener.ts';
import { reflectionServices } from '../../src/server/reflection-service.ts';
import { checkService } from './support/check-service.ts';
import { openListener } from './support/open-listener.ts';
import { CHECK, framed } from './support/raw-grpc.ts';

const WATCH = '/grpc.health.v1.Health/Watch';
const REFLECT = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const UNARY_TYPES =
  'application/grpc, application/grpc+json, application/grpc+json; charset=utf-8, application/grpc+proto, ' +
  'application/grpc-web, application/grpc-web+json, application/grpc-web+json; charset=utf-8, application/grpc-web+proto, ' +
  'application/json, application/json; charset=utf-8, application/proto';
const STREAMING_TYPES =
  'application/connect+json, application/connect+json; charset=utf-8, application/connect+proto, ' +
  'application/grpc, application/grpc+json, application/grpc+json; charset=utf-8, application/grpc+proto, ' +
  'application/grpc-web, application/grpc-web+json, application/grpc-web+json; charset=utf-8, application/grpc-web+proto';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

describe('RPC over HTTP/1.1', () => {
  let listener: Listener;
  before(async () => {
    const services = [checkService];
    const readiness = { problems: async () => [] };
    listener = await openListener({
      services: [...services, healthService({ services, readiness }), ...reflectionServices({ services })],
      limits: { maxMessageBytes: 1000 },
    });
  });
  after(() => listener.close({ graceMs: 0 }));

  const post = (path: string, headers: Record<string, string>, body: Uint8Array | string = '', method = 'POST') =>
    new Promise<Answer>((resolve, reject) => {
      const { port } = listener;
      const request = httpRequest({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode = 0, headers, trailers } = response;
          resolve({ status: statusCode, headers, trailers, body: Buffer.concat(chunks) });
        });
      });
      request.on('error', reject).end(body);
    });
  const JSON_TYPE = { 'content-type': 'application/json' };
  const json = (body: string, headers: Record<string, string> = {}) => post(CHECK, { ...JSON_TYPE, ...headers }, body);

  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']) {
    it(`takes no ${method}`, async () => {
      const { status, headers, body } = await post(`${CHECK}?connect=v1&encoding=json`, {}, '', method);
      assert.deepEqual([status, headers.allow, headers['content-type'], body.length], [405, 'POST', undefined, 0]);
    });
  }

  for (const { path, type, accepted } of [
    { path: CHECK, type: 'text/plain', accepted: UNARY_TYPES },
    { path: CHECK, type: undefined, accepted: UNARY_TYPES },
    { path: CHECK, type: 'application/connect+json', accepted: UNARY_TYPES },
    { path: CHECK, type: 'application/grpc-web-text', accepted: UNARY_TYPES },
    { path: CHECK, type: 'application/json; charset=latin1', accepted: UNARY_TYPES },
    { path: WATCH, type: 'application/json', accepted: STREAMING_TYPES },
  ]) {
    it(`refuses the content type ${type} on ${path}`, async () => {
      const { status, headers, body } = await post(path, type === undefined ? {} : { 'content-type': type }, '{}');
      assert.deepEqual([status, headers['accept-post'], body.length], [415, accepted, 0]);
    });
  }

  for (const type of ['application/json', 'application/grpc', 'text/plain']) {
    it(`speaks no bidirectional streams (${type})`, async () => {
      const { status, headers, body } = await post(REFLECT, { 'content-type': type }, '{}');
      assert.deepEqual([status, headers.connection, body.length], [505, 'close', 0]);
    });
  }

  for (const [type, canonical] of [
    ['application/JSON', 'application/json'],
    ['application/json;charset=UTF-8', 'application/json; charset=utf-8'],
    ['application/proto', 'application/proto'],
    ['application/grpc+json;charset=utf-8', 'application/grpc+json; charset=utf-8'],
    ['application/grpc-web', 'application/grpc-web'],
  ] as const) {
    it(`answers ${type} with ${canonical}`, async () => {
      const message = /json/i.test(type) ? '{}' : '';
      const body = type.includes('grpc') ? framed(Buffer.from(message)) : message;
      const { status, headers } = await post(CHECK, { 'content-type': type }, body);
      assert.deepEqual([status, headers['content-type']], [200, canonical]);
      assert.equal(headers[type.includes('grpc') ? 'grpc-accept-encoding' : 'accept-encoding'], 'gzip');
    });
  }

  for (const { name, body, allowed } of [
    { name: 'the original names of fields', body: '{"max_depth": 3, "namespace": "videos"}', allowed: true },
    { name: 'numbers as text', body: '{"maxDepth": "3", "namespace": "videos"}', allowed: true },
    { name: 'unknown fields', body: '{"nope": {"a": [1, "]"]}, "namespace": "videos"}', allowed: true },
    { name: 'fields that are null', body: '{"namespace": null}', allowed: undefined },
    {
      name: 'names that look like others inside text',
      body: '{"namespace": "videos", "object": "\\"namespace\\":"}',
      allowed: true,
    },
    {
      name: 'one name in several objects',
      body: '{"namespace": "videos", "tuple": {"namespace": "x"}}',
      allowed: true,
    },
  ]) {
    it(`reads JSON with ${name}`, async () => {
      const answer = await json(body);
      assert.equal(answer.status, 200, answer.body.toString());
      assert.equal((JSON.parse(answer.body.toString()) as { allowed?: boolean }).allowed, allowed);
    });
  }

  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '1',
    '{} {}',
    '{"tuple":1}',
    '{"namespace":1}',
    '{"namespace":"a","namespace":"a"}',
    '{"max_depth":1,"maxDepth":1}',
    '{"a":'.repeat(20000),
  ]) {
    it(`refuses the JSON ${JSON.stringify(body.slice(0, 40))}`, async () => {
      const limit = body.length > 1000;
      const answer = await json(body);
      const { code, message } = JSON.parse(answer.body.toString()) as { code: string; message: string };
      assert.deepEqual([answer.status, code], limit ? [429, 'resource_exhausted'] : [400, 'invalid_argument']);
      assert.match(message, limit ? /^message size is larger/ : /^unmarshal message: /);
      assert.equal(answer.headers['accept-encoding'], 'gzip');
    });
  }

  it('refuses JSON that is no UTF-8', async () => {
    const { status } = await post(CHECK, JSON_TYPE, Buffer.from('{"namespace":"\xff"}', 'latin1'));
    assert.equal(status, 400);
  });

  it('tells why a call failed', async () => {
    const { status, headers, body } = await json('{"namespace":"unknown","object":"x"}');
    assert.deepEqual([status, headers['content-type']], [404, 'application/json']);
    assert.deepEqual(JSON.parse(body.toString()), {
      code: 'not_found',
      message: 'The requested resource could not be found',
      details: [
        {
          type: 'google.rpc.ErrorInfo',
          value: 'CiBVbmtub3duIG5hbWVzcGFjZSB3aXRoIG5hbWUgIngiLg',
          debug: { reason: 'Unknown namespace with name "x".' },
        },
      ],
    });
  });

  for (const { header, value, status, message } of [
    { header: 'Connect-Protocol-Version', value: '1', status: 200 },
    { header: 'Connect-Protocol-Version', value: '', status: 200 },
    {
      header: 'Connect-Protocol-Version',
      value: '2',
      status: 400,
      message: /^Connect-Protocol-Version must be "1": got "2"$/,
    },
    { header: 'Connect-Timeout-Ms', value: '5000', status: 200 },
    { header: 'Connect-Timeout-Ms', value: '', status: 200 },
    { header: 'Connect-Timeout-Ms', value: '0', status: 504, message: /^context deadline exceeded$/ },
    { header: 'Connect-Timeout-Ms', value: '-1', status: 504, message: /^context deadline exceeded$/ },
    { header: 'Connect-Timeout-Ms', value: 'abc', status: 400, message: /^parse timeout:/ },
    { header: 'Connect-Timeout-Ms', value: '12345678901', status: 400, message: /^parse timeout:/ },
    { header: 'Content-Encoding', value: 'identity', status: 200 },
    {
      header: 'Content-Encoding',
      value: 'br',
      status: 501,
      message: /^unknown compression "br": supported encodings are gzip$/,
    },
    { header: 'Content-Encoding', value: 'gzip', status: 400, message: /^decompression failed$/ },
  ]) {
    it(`answers ${header}: ${value} with ${status}`, async () => {
      const answer = await json('{"namespace":"videos"}', { [header]: value });
      assert.equal(answer.status, status);
      if (message) assert.match((JSON.parse(answer.body.toString()) as { message: string }).message, message);
    });
  }

  it('ends a Connect call at its deadline', async () => {
    const { status } = await json('{"namespace":"hang"}', { 'connect-timeout-ms': '30' });
    assert.equal(status, 504);
  });

  it('compresses in both directions', async () => {
    const body = gzipSync('{"namespace":"videos"}');
    const answer = await post(CHECK, { ...JSON_TYPE, 'content-encoding': 'gzip', 'accept-encoding': 'br, gzip' }, body);
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.deepEqual(JSON.parse(gunzipSync(answer.body).toString()), { allowed: true });
  });

  it('does not compress errors of Connect', async () => {
    const answer = await json('{"namespace":"no subject"}', { 'accept-encoding': 'gzip' });
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.match(answer.body.toString(), /^\{"code":"invalid_argument"/);
  });

  it('refuses what grows beyond the limit', async () => {
    const body = gzipSync(`{"object":"${'x'.repeat(100_000)}"}`);
    const { status } = await post(CHECK, { ...JSON_TYPE, 'content-encoding': 'gzip' }, body);
    assert.equal(status, 429);
  });

  it('puts the trailers of gRPC-Web into the body, or into the headers of an error', async () => {
    const request = (namespace: string) =>
      framed(toBinary(CheckRequestSchema, create(CheckRequestSchema, { namespace })));
    const type = { 'content-type': 'application/grpc-web+proto' };
    const answer = await post(CHECK, type, request('videos'));
    assert.equal(answer.body.toString('latin1'), '\0\0\0\0\x02\x08\x01\x80\0\0\0\x10grpc-status: 0\r\n');
    const failure = await post(CHECK, type, request('no subject'));
    assert.deepEqual([failure.status, failure.body.length], [200, 0]);
    assert.deepEqual(
      [failure.headers['grpc-status'], failure.headers['grpc-message']],
      ['3', 'subject is not allowed to be nil'],
    );
  });

  it('speaks unary gRPC', async () => {
    const { trailers, body } = await post(CHECK, { 'content-type': 'application/grpc' }, framed(Buffer.alloc(0)));
    assert.deepEqual(trailers, { 'grpc-status': '0' });
    assert.deepEqual([...body], [0, 0, 0, 0, 0]);
  });

  it('says that a stream’s only request is missing', async () => {
    const { status, headers, body } = await post(WATCH, { 'content-type': 'application/connect+json' });
    assert.deepEqual([status, headers['content-type']], [200, 'application/connect+json']);
    assert.equal(
      body.subarray(5).toString(),
      '{"error":{"code":"unimplemented","message":"unary request has zero messages"}}',
    );
  });

  for (const path of [
    `${CHECK}x`,
    '/ory.keto.relation_tuples.v1alpha2.WriteService/DeleteRelationTuples',
    '/nope.Nope/Nope',
  ]) {
    it(`knows no ${path}`, async () => {
      const { status, headers, body } = await post(path, JSON_TYPE, '{}');
      assert.deepEqual([status, body.toString()], [404, '404 page not found\n']);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    });
  }
});
