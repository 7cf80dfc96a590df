import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  DeleteRelationTuplesResponseSchema,
  TransactRelationTuplesResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { recordedServer } from './recorded-server.ts';

const { service, server } = recordedServer();

const TUPLE = { namespace: 'videos', object: 'o', relation: 'r' };

describe('writes', () => {
  const path = '/admin/relation-tuples';

  it('creates a tuple and shows it as it came, and where to find it', async () => {
    service.reply((call) => {
      call.setHeader('stheno-snaptoken', 'token');
      return create(TransactRelationTuplesResponseSchema);
    });
    const body = JSON.stringify({
      namespace: 'videos',
      object: "/a b!'()*~",
      relation: 'ü',
      subject_id: 's',
      subject_set: {},
    });
    const { status, headers, text } = await server.send('PUT', path, { body });
    assert.equal(status, 201);
    assert.equal(headers['stheno-snaptoken'], 'token');
    assert.equal(
      headers.location,
      '/relation-tuples?namespace=videos&object=%2Fa+b%21%27%28%29%2A~&relation=%C3%BC&subject_id=s',
    );
    assert.equal(
      text,
      `{"namespace":"videos","object":"/a b!'()*~","relation":"ü","subject_id":"s","subject_set":{"namespace":"","object":"","relation":""}}\n`,
    );
    assert.deepEqual(service.asked.relationTupleDeltas, [
      {
        action: 1,
        relationTuple: {
          namespace: 'videos',
          object: "/a b!'()*~",
          relation: 'ü',
          subject: { ref: { case: 'id', value: 's' } },
        },
      },
    ]);
  });

  it('leaves out a location that clients could not read', async () => {
    service.answer(create(TransactRelationTuplesResponseSchema));
    const { status, headers } = await server.send('PUT', path, {
      body: JSON.stringify({ object: 'x'.repeat(5_000), subject_id: 's' }),
    });
    assert.deepEqual([status, headers.location], [201, undefined]);
  });

  for (const method of ['PATCH', 'PUT']) {
    it(`makes the changes of an array on ${method}`, async () => {
      service.answer(create(TransactRelationTuplesResponseSchema));
      const body = JSON.stringify([
        { action: 'delete', relation_tuple: { ...TUPLE, subject_id: 'a' } },
        { action: 'insert', relation_tuple: { ...TUPLE, subject_id: 'a' } },
      ]);
      const { status, headers, text } = await server.send(method, path, { body });
      assert.deepEqual([status, headers['content-type'], text], [204, undefined, '']);
      const actions = (service.asked.relationTupleDeltas as { action: number }[]).map(({ action }) => action);
      assert.deepEqual(actions, [2, 1]);
    });
  }

  const refused: [method: string, body: string, message: string][] = [
    ['PUT', '', 'the body is empty'],
    ['PUT', 'null', 'subject is not allowed to be nil'],
    ['PUT', '{"namespace":"nope"}', 'subject is not allowed to be nil'],
    ['PUT', '[null]', '[0] is null, but must be a delta'],
    ['PATCH', '{}', 'the body must be an array, not an object'],
    ['PATCH', '[{"action":"insert"}]', 'relation_tuple is missing'],
  ];
  for (const [method, body, message] of refused) {
    it(`refuses ${method} of ${body}`, async () => {
      const { status, text } = await server.send(method, path, { body });
      assert.deepEqual([status, JSON.parse(text).error.message], [400, message]);
    });
  }

  it('reads every bad byte of a body as U+FFFD', async () => {
    service.answer(create(TransactRelationTuplesResponseSchema));
    const body = Buffer.concat([Buffer.from('{"subject_id":"a'), Buffer.from([0xe2, 0x82, 0xff]), Buffer.from('b"}')]);
    assert.equal(JSON.parse((await server.send('PUT', path, { body })).text).subject_id, 'a\ufffd\ufffd\ufffdb');
  });

  it('deletes by query', async () => {
    service.answer(create(DeleteRelationTuplesResponseSchema));
    const { status, text } = await server.send('DELETE', `${path}?namespace=videos&relation=&subject_id=s`);
    assert.deepEqual([status, text], [204, '']);
    assert.deepEqual(service.asked.relationQuery, {
      namespace: 'videos',
      relation: '',
      subject: { ref: { case: 'id', value: 's' } },
    });
  });

  const refusedDeletes: [query: string, body: string, error: object][] = [
    [
      'x=1&object=o',
      ' ',
      {
        reason:
          'query parameter key "x" unknown; query parameters must specify at least one of the following: namespace; body is not empty',
        message: 'The request was malformed or contained invalid parameters',
      },
    ],
    ['namespace=videos&subject=s', '', { message: 'The request was malformed or contained invalid parameters' }],
    ['namespace=videos&object=%zz', '', { message: 'query parameter "object" has a broken percent-encoding' }],
    ['namespace=videos&x=%zz', '', { message: 'query parameter "x" has a broken percent-encoding' }],
    [
      'namespace=videos&object=a;b',
      '',
      { message: 'query parameter "object" contains a ";", which must be written as %3B' },
    ],
  ];
  for (const [query, body, error] of refusedDeletes) {
    it(`deletes nothing for ${query}`, async () => {
      service.answer(create(DeleteRelationTuplesResponseSchema));
      const received = await server.send('DELETE', `${path}?${query}`, { body });
      assert.equal(received.status, 400);
      assert.deepEqual(JSON.parse(received.text).error, { code: 400, status: 'Bad Request', ...error });
      assert.equal(service.message, undefined);
    });
  }
});
