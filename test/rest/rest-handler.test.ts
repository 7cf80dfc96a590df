import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { create } from '@bufbuild/protobuf';
import { ListRelationTuplesResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { SthenoError } from '../../src/errors.ts';
import { recordedServer } from './recorded-server.ts';
import { MAX_BODY_BYTES } from './recording-service.ts';

const { service, server } = recordedServer();

describe('health and metrics', () => {
  it('is alive', async () => assert.equal((await server.send('GET', '/health/alive')).text, '{"status":"ok"}\n'));

  it('is ready when there is no problem, and does not say which there are', async () => {
    assert.equal((await server.send('GET', '/health/ready')).text, '{"status":"ok"}\n');
    service.problems = ['connect ECONNREFUSED db:5432', 'pending migrations'];
    const { status, headers, text } = await server.send('GET', '/health/ready', { headers: { 'x-request-id': 'r' } });
    service.problems = [];
    const obfuscated = 'error may contain sensitive information and was obfuscated';
    assert.deepEqual([status, headers['ory-error-id']], [503, '']);
    assert.deepEqual(JSON.parse(text).error, {
      code: 500,
      status: 'Internal Server Error',
      request: 'r',
      message: `${obfuscated}; ${obfuscated}`,
    });
  });

  for (const [accepted, compressed] of [
    ['gzip, br', true],
    ['gzip;q=0', false],
    ['br', false],
  ] as const) {
    it(`${compressed ? 'compresses' : 'does not compress'} metrics for "${accepted}"`, async () => {
      const { headers, body } = await server.send('GET', '/metrics/prometheus', {
        headers: { 'accept-encoding': accepted },
      });
      assert.equal(headers['content-type'], 'text/plain; version=0.0.4');
      assert.equal(headers['content-encoding'], compressed ? 'gzip' : undefined);
      assert.equal((compressed ? gunzipSync(body) : body).toString(), 'up 1\n');
    });
  }
});

describe('what goes wrong', () => {
  it('is shown without its text when it is a fault, and logged', async () => {
    service.faults.length = 0;
    service.fail(new Error('password authentication failed for user "keto"'));
    const { status, text } = await server.send('GET', '/relation-tuples');
    assert.equal(status, 500);
    assert.deepEqual(JSON.parse(text).error, {
      code: 500,
      status: 'Internal Server Error',
      message: 'An internal server error occurred, please contact the system administrator',
    });
    assert.equal(service.faults.length, 1);
  });

  it('is no fault when the request is to blame', async () => {
    service.faults.length = 0;
    service.fail(new SthenoError('aborted'));
    const { status, text } = await server.send('GET', '/relation-tuples');
    assert.deepEqual([status, JSON.parse(text).error.code, service.faults.length], [400, 400, 0]);
  });

  for (const headers of [{ 'content-length': String(MAX_BODY_BYTES * 20) }, { 'transfer-encoding': 'chunked' }]) {
    it(`refuses a body that is too large, with ${Object.keys(headers)[0]}, after reading it`, async () => {
      const { status, text } = await server.send('PUT', '/admin/relation-tuples', {
        headers,
        body: Buffer.alloc(MAX_BODY_BYTES * 20, 0x20),
      });
      assert.equal(status, 413);
      assert.deepEqual(JSON.parse(text).error, {
        code: 413,
        status: 'Request Entity Too Large',
        message: `the request body is larger than ${MAX_BODY_BYTES} bytes`,
      });
    });
  }

  it('is given up when the client leaves', async () => {
    service.faults.length = 0;
    const socket = connect(server.port, '127.0.0.1');
    const gaveUp = new Promise<void>((resolve) => {
      service.reply((call) => {
        call.signal.addEventListener('abort', () => resolve());
        socket.destroy();
        return new Promise(() => {});
      });
    });
    socket.write('GET /relation-tuples HTTP/1.1\r\nHost: x\r\n\r\n');
    await gaveUp;
    assert.deepEqual(service.faults, []);
  });

  it('is told to the endpoint of the route, or to none', async () => {
    service.endpoints.length = 0;
    service.answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', '/relation-tuples?page_size=x');
    await server.send('POST', '/relation-tuples');
    await server.send('GET', '/nope');
    assert.deepEqual(service.endpoints, ['/relation-tuples', undefined, undefined]);
  });
});
