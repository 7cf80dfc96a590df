import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  BatchCheckResponseSchema,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { MissingSubjectError, UndecidableError } from '../../src/errors.ts';
import { recordedServer } from './recorded-server.ts';

const { service, server } = recordedServer();

const TUPLE = { namespace: 'videos', object: 'o', relation: 'r' };
const TUPLE_QUERY = 'namespace=videos&object=o&relation=r';

describe('check', () => {
  const mirror = '/relation-tuples/check';
  const openapi = '/relation-tuples/check/openapi';

  for (const [path, allowed, status] of [
    [mirror, true, 200],
    [mirror, false, 403],
    [openapi, true, 200],
    [openapi, false, 200],
  ] as const) {
    it(`answers ${allowed} on ${path} with ${status}`, async () => {
      service.answer(create(CheckResponseSchema, { allowed, snaptoken: 'token' }));
      const received = await server.send(
        'GET',
        `${path}?${TUPLE_QUERY}&subject_id=s&max-depth=0x5&snaptoken=t&latest=true`,
      );
      assert.deepEqual([received.status, received.text], [status, `{"allowed":${allowed}}\n`]);
      assert.equal(received.headers['content-type'], 'application/json; charset=utf-8');
      assert.equal(received.headers['stheno-snaptoken'], 'token');
      assert.equal(received.headers['ory-error-id'], undefined);
      const tuple = { ...TUPLE, subject: { ref: { case: 'id', value: 's' } } };
      const { tuple: given, maxDepth, snaptoken, latest } = service.asked;
      assert.deepEqual(
        { given, maxDepth, snaptoken, latest },
        { given: tuple, maxDepth: 5, snaptoken: 't', latest: true },
      );
    });
  }

  it('takes the tuple of a POST from the body alone', async () => {
    service.answer(create(CheckResponseSchema, { allowed: true }));
    const body = JSON.stringify({ ...TUPLE, subject_set: { namespace: 'videos', object: 'x' } });
    await server.send('POST', `${openapi}?namespace=other&max-depth=7`, { body });
    assert.deepEqual(service.asked.tuple, {
      ...TUPLE,
      subject: { ref: { case: 'set', value: { namespace: 'videos', object: 'x', relation: '' } } },
    });
    assert.equal(service.asked.maxDepth, 7);
  });

  const refused: [query: string, message: string, reason?: string][] = [
    ['max-depth=x&subject=y', `unable to parse 'max-depth' query parameter to int: "x" is not an integer`],
    [`${TUPLE_QUERY}&subject=s`, 'The request was malformed or contained invalid parameters'],
    [TUPLE_QUERY, 'subject is not allowed to be nil'],
    [`${TUPLE_QUERY}&subject_id=%`, 'subject is not allowed to be nil'],
    ['object=o&relation=r&subject_id=s', 'incomplete tuple, provide "namespace", "object", "relation", and a subject'],
    [`${TUPLE_QUERY}&subject_id=s&subject_set.object=o`, 'exactly one of subject_set or subject_id has to be provided'],
    [`${TUPLE_QUERY}&subject_set.object=o`, 'incomplete subject, provide "subject_id" or a complete "subject_set.*"'],
    ['namespace=videos&object=%zz&relation=r&subject_id=s', 'query parameter "object" has a broken percent-encoding'],
    [`${TUPLE_QUERY}&subject_id=s&latest=maybe`, 'query parameter "latest" must be true or false, not "maybe"'],
  ];
  for (const [query, message] of refused) {
    it(`refuses ${query}`, async () => {
      service.answer(create(CheckResponseSchema, { allowed: true }));
      const { status, headers, text } = await server.send('GET', `${mirror}?${query}`);
      assert.deepEqual([status, JSON.parse(text)], [400, { error: { code: 400, status: 'Bad Request', message } }]);
      assert.deepEqual([headers['content-type'], headers['ory-error-id']], ['application/json', '']);
      assert.equal(service.message, undefined);
    });
  }

  it('denies an unknown namespace, also without a subject, but not with legacy namespace files', async () => {
    service.fail(new MissingSubjectError());
    const body = '{"namespace":"nope"}';
    assert.equal((await server.send('POST', mirror, { body })).status, 403);
    assert.equal((await server.send('POST', openapi, { body })).text, '{"allowed":false}\n');
    service.origin = 'legacy-files';
    const { status, text } = await server.send('POST', openapi, { body });
    service.origin = 'inline';
    assert.equal(status, 404);
    assert.equal(text, '{"error":{"code":404,"status":"Not Found","message":"Unknown namespace with name nope"}}\n');
  });

  it('passes on what the service says in metadata, and 422 where there is no answer', async () => {
    service.reply((call) => {
      call.setHeader('stheno-limitation', 'DEPTH');
      return create(CheckResponseSchema);
    });
    const limited = await server.send('GET', `${mirror}?${TUPLE_QUERY}&subject_id=s`);
    assert.deepEqual([limited.status, limited.headers['stheno-limitation']], [403, 'DEPTH']);
    service.fail(new UndecidableError('max_depth_exceeded'));
    const { status, text } = await server.send('GET', `${mirror}?${TUPLE_QUERY}&subject_id=s`, {
      headers: { 'x-request-id': 'r<1>' },
    });
    assert.equal(status, 422);
    assert.equal(
      text,
      '{"error":{"code":422,"status":"Unprocessable Entity","request":"r\\u003c1\\u003e","reason":"max_depth_exceeded","message":"The check could not be completed"}}\n',
    );
  });
});

describe('batch check', () => {
  const path = '/relation-tuples/batch/check';

  it('answers in the order of the tuples, a null with an error of its own', async () => {
    service.answer(
      create(BatchCheckResponseSchema, {
        results: [{ allowed: true, snaptoken: 't' }, { error: 'x' }, { error: 'no' }],
      }),
    );
    const body = JSON.stringify({ tuples: [{ ...TUPLE, subject_id: 's' }, null, {}] });
    const { status, headers, text } = await server.send('POST', `${path}?max-depth=2`, { body });
    assert.deepEqual([status, headers['stheno-snaptoken']], [200, 't']);
    assert.deepEqual(JSON.parse(text).results, [
      { allowed: true },
      { allowed: false, error: 'tuples[1] is null' },
      { allowed: false, error: 'no' },
    ]);
    assert.equal(service.asked.maxDepth, 2);
  });

  for (const body of ['{}', 'null', '{"tuples":null}', '{"TUPLES":[]}']) {
    it(`may be empty: ${body}`, async () => {
      service.answer(create(BatchCheckResponseSchema));
      assert.equal((await server.send('POST', path, { body })).text, '{"results":[]}\n');
    });
  }

  for (const body of [
    '',
    '{',
    '[]',
    '{"tuples":{}}',
    '{"tuples":["x"]}',
    '{"tuples":[{"namespace":1}]}',
    '['.repeat(20_000),
  ]) {
    it(`refuses ${body.slice(0, 40)}`, async () => {
      const { status, text } = await server.send('POST', path, { body });
      assert.equal(status, 400);
      assert.match(JSON.parse(text).error.message, /^could not unmarshal json: ./);
    });
  }
});
