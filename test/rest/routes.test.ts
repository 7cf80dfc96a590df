import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CheckResponseSchema as SyntaxResponseSchema } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import {
  BatchCheckResponseSchema,
  CheckResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import {
  ExpandResponseSchema,
  NodeType,
  type SubjectTree,
  SubjectTreeSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { ListNamespacesResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { ListRelationTuplesResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { GetVersionResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import {
  DeleteRelationTuplesResponseSchema,
  TransactRelationTuplesResponseSchema,
} from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { SthenoError, UndecidableError } from '../../src/errors.ts';
import { Model } from '../../src/namespace/model.ts';
import { endpointOf } from '../../src/server/rest/request-endpoint.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { commonRoutes, metricsRoutes, oplRoutes, readRoutes, writeRoutes } from '../../src/server/rest/routes.ts';
import { PageTokens } from '../../src/service/page-tokens.ts';
import type { Call } from '../../src/service/rpc-service.ts';
import { type RestServer, startRestServer } from './rest-server.ts';

const MAX_BODY_BYTES = 200_000;

/** Stands in for the services: keeps the message it was given, answers what the test says. */
class Recorder {
  message: unknown;
  answer: (call: Call) => unknown = () => undefined;
  problems: string[] = [];
  origin: 'inline' | 'legacy-files' = 'inline';

  async call(message: unknown, call: Call): Promise<never> {
    this.message = message;
    return (await this.answer(call)) as never; // each test answers with the message its route expects
  }
}

const recorder = new Recorder();
const faults: object[] = [];
const endpoints: (string | undefined)[] = [];
let server: RestServer;

before(async () => {
  const handle = recorder.call.bind(recorder);
  const namespaces = {
    current: () => new Model(recorder.origin, [{ name: 'videos', relations: [] }]),
    problem: () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
  const metrics = { contentType: 'text/plain; version=0.0.4', render: async () => 'up 1\n' };
  const handler = createRestHandler({
    routes: [
      ...readRoutes({
        check: { check: handle, batchCheck: handle },
        expand: { expand: handle },
        read: { listRelationTuples: handle },
        namespaceList: { listNamespaces: (message) => recorder.call(message, undefined as never) },
        namespaces,
        pageTokens: new PageTokens({ secrets: () => [] }),
      }),
      ...writeRoutes({ write: { transactRelationTuples: handle, deleteRelationTuples: handle } }),
      ...oplRoutes({ syntax: { check: handle } }),
      ...commonRoutes({
        version: { getVersion: async () => create(GetVersionResponseSchema, { version: 'v1.2.3' }) },
        readiness: { problems: async () => recorder.problems },
        metrics,
      }),
    ],
    limits: { maxBodyBytes: MAX_BODY_BYTES },
    logger: { error: (details) => faults.push(details), debug: () => {} },
  });
  assert.equal(metricsRoutes({ metrics }).length, 1);
  server = await startRestServer((request, response) => {
    response.once('finish', () => endpoints.push(endpointOf(request)));
    handler(request, response);
  });
});
after(() => server[Symbol.asyncDispose]());

function answer(value: unknown): void {
  recorder.message = undefined;
  recorder.answer = () => value;
}

function fail(error: unknown): void {
  recorder.answer = () => {
    throw error;
  };
}

/** The message the service was given, as plain data. */
function asked(): Record<string, unknown> {
  return JSON.parse(JSON.stringify(recorder.message, (key, value) => (key === '$typeName' ? undefined : value)));
}

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
      answer(create(CheckResponseSchema, { allowed, snaptoken: 'token' }));
      const received = await server.send(
        'GET',
        `${path}?${TUPLE_QUERY}&subject_id=s&max-depth=0x5&snaptoken=t&latest=true`,
      );
      assert.deepEqual([received.status, received.text], [status, `{"allowed":${allowed}}\n`]);
      assert.equal(received.headers['content-type'], 'application/json; charset=utf-8');
      assert.equal(received.headers['stheno-snaptoken'], 'token');
      assert.equal(received.headers['ory-error-id'], undefined);
      const tuple = { ...TUPLE, subject: { ref: { case: 'id', value: 's' } } };
      const { tuple: given, maxDepth, snaptoken, latest } = asked();
      assert.deepEqual(
        { given, maxDepth, snaptoken, latest },
        { given: tuple, maxDepth: 5, snaptoken: 't', latest: true },
      );
    });
  }

  it('takes the tuple of a POST from the body alone', async () => {
    answer(create(CheckResponseSchema, { allowed: true }));
    const body = JSON.stringify({ ...TUPLE, subject_set: { namespace: 'videos', object: 'x' } });
    await server.send('POST', `${openapi}?namespace=other&max-depth=7`, { body });
    assert.deepEqual(asked().tuple, {
      ...TUPLE,
      subject: { ref: { case: 'set', value: { namespace: 'videos', object: 'x', relation: '' } } },
    });
    assert.equal(asked().maxDepth, 7);
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
      answer(create(CheckResponseSchema, { allowed: true }));
      const { status, headers, text } = await server.send('GET', `${mirror}?${query}`);
      assert.deepEqual([status, JSON.parse(text)], [400, { error: { code: 400, status: 'Bad Request', message } }]);
      assert.deepEqual([headers['content-type'], headers['ory-error-id']], ['application/json', '']);
      assert.equal(recorder.message, undefined);
    });
  }

  it('denies an unknown namespace, also without a subject, but not with legacy namespace files', async () => {
    answer(create(CheckResponseSchema, { allowed: true }));
    const body = '{"namespace":"nope"}';
    assert.equal((await server.send('POST', mirror, { body })).status, 403);
    assert.equal((await server.send('POST', openapi, { body })).text, '{"allowed":false}\n');
    recorder.origin = 'legacy-files';
    const { status, text } = await server.send('POST', openapi, { body });
    recorder.origin = 'inline';
    assert.equal(status, 404);
    assert.equal(text, '{"error":{"code":404,"status":"Not Found","message":"Unknown namespace with name nope"}}\n');
  });

  it('passes on what the service says in metadata, and 422 where there is no answer', async () => {
    recorder.answer = (call) => {
      call.setHeader('stheno-limitation', 'DEPTH');
      return create(CheckResponseSchema);
    };
    const limited = await server.send('GET', `${mirror}?${TUPLE_QUERY}&subject_id=s`);
    assert.deepEqual([limited.status, limited.headers['stheno-limitation']], [403, 'DEPTH']);
    fail(new UndecidableError('max_depth_exceeded'));
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
    answer(
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
    assert.equal(asked().maxDepth, 2);
  });

  for (const body of ['{}', 'null', '{"tuples":null}', '{"TUPLES":[]}']) {
    it(`may be empty: ${body}`, async () => {
      answer(create(BatchCheckResponseSchema));
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

describe('list', () => {
  const path = '/relation-tuples';

  it('shows tuples with their subjects', async () => {
    const relationTuples = [
      { ...TUPLE, subject: { ref: { case: 'id', value: '<s>\u2028' } } },
      { ...TUPLE, subject: { ref: { case: 'set', value: { namespace: 'n', object: 'o' } } } },
    ] satisfies MessageInitShape<typeof ListRelationTuplesResponseSchema>['relationTuples'];
    answer(create(ListRelationTuplesResponseSchema, { relationTuples, nextPageToken: 't=' }));
    const { text } = await server.send('GET', `${path}?namespace=videos&object=&page_size=7&snaptoken=s`);
    assert.equal(
      text,
      '{"relation_tuples":[{"namespace":"videos","object":"o","relation":"r","subject_id":"\\u003cs\\u003e\\u2028"},' +
        '{"namespace":"videos","object":"o","relation":"r","subject_set":{"namespace":"n","object":"o","relation":""}}],"next_page_token":"t="}\n',
    );
    assert.deepEqual(asked(), {
      relationQuery: { namespace: 'videos', object: '' },
      pageSize: 7,
      pageToken: '',
      snaptoken: 's',
    });
  });

  it('takes a subject set without a relation', async () => {
    answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', `${path}?subject_set.namespace=n&subject_set.object=o`);
    const set = { namespace: 'n', object: 'o', relation: '' };
    assert.deepEqual(asked().relationQuery, { subject: { ref: { case: 'set', value: set } } });
  });

  it('unescapes the page token twice', async () => {
    const token = new PageTokens({ secrets: () => [] }).seal({}, { ...TUPLE, subject: { kind: 'id', id: 's' } });
    answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', `${path}?page_token=&page_token=${encodeURIComponent(encodeURIComponent(token))}`);
    assert.equal(asked().pageToken, token);
  });

  const refused: [query: string, message: RegExp][] = [
    ['page_token=abc&page_size=x', /^invalid pagination token$/],
    ['page_token=%25zz', /^invalid pagination token/],
    ['page_token=%zz', /"page_token"/],
    ['page_size=x', /^query parameter "page_size" "x" is not a decimal integer$/],
    ['subject_set.relation=%zz&subject_set.namespace=n&subject_set.object=o', /"subject_set.relation"/],
    ['object=a;b', /"object"/],
  ];
  for (const [query, message] of refused) {
    it(`refuses ${query}`, async () => {
      const { status, text } = await server.send('GET', `${path}?${query}`);
      assert.equal(status, 400);
      assert.match(JSON.parse(text).error.message, message);
    });
  }
});

describe('expand', () => {
  const path = '/relation-tuples/expand';

  it('shows the tree, children before the tuple', async () => {
    const set = (object: string) => ({
      tuple: { subject: { ref: { case: 'set' as const, value: { namespace: 'n', object, relation: 'r' } } } },
    });
    answer(
      create(ExpandResponseSchema, {
        tree: {
          nodeType: NodeType.UNION,
          ...set('a'),
          children: [
            { nodeType: NodeType.LEAF, ...set('<') },
            { nodeType: NodeType.EXCLUSION, children: [{ nodeType: NodeType.LEAF, ...set('b') }] },
          ],
        },
      }),
    );
    const { text } = await server.send('GET', `${path}?namespace=n&object=a&relation=r&max-depth=4`);
    const tuple = (object: string) =>
      `"tuple":{"namespace":"","object":"","relation":"","subject_set":{"namespace":"n","object":"${object}","relation":"r"}}`;
    assert.equal(
      text,
      `{"type":"union","children":[{"type":"leaf",${tuple('\\u003c')}},{"type":"exclusion","children":[{"type":"leaf",${tuple('b')}}]}],${tuple('a')}}\n`,
    );
    assert.equal(asked().maxDepth, 4);
  });

  it('shows trees deeper than the stack', async () => {
    let tree: SubjectTree = create(SubjectTreeSchema, { nodeType: NodeType.LEAF });
    for (let depth = 0; depth < 20_000; depth++) {
      tree = create(SubjectTreeSchema, { nodeType: NodeType.UNION, children: [tree] });
    }
    answer(create(ExpandResponseSchema, { tree }));
    const { status, text } = await server.send('GET', `${path}?namespace=n`);
    assert.deepEqual(
      [status, text.length],
      [200, 20_000 * '{"type":"union","children":[]}'.length + '{"type":"leaf"}\n'.length],
    );
  });

  it('says with status 200 that there is no tree', async () => {
    answer(create(ExpandResponseSchema));
    const { status, text } = await server.send('GET', path);
    assert.deepEqual([status, text], [200, '{"code":404,"status":"Not Found","message":"no relation tuple found"}\n']);
  });
});

describe('namespaces, version and syntax', () => {
  for (const [names, text] of [
    [[], '{}\n'],
    [['a', ''], '{"namespaces":[{"name":"a"},{}]}\n'],
  ] as const) {
    it(`lists ${names.length} namespaces`, async () => {
      answer(create(ListNamespacesResponseSchema, { namespaces: names.map((name) => ({ name })) }));
      assert.equal((await server.send('GET', '/namespaces')).text, text);
    });
  }

  it('tells the version', async () => {
    assert.equal((await server.send('GET', '/version')).text, '{"version":"v1.2.3"}\n');
  });

  it('hands on the bytes of a document and shows its errors', async () => {
    const position = { line: 1, column: 2 };
    answer(create(SyntaxResponseSchema, { parseErrors: [{ message: 'no', start: position, end: position }] }));
    const { text } = await server.send('POST', '/opl/syntax/check', { body: Buffer.from([0xff, 0x00]) });
    assert.equal(text, '{"errors":[{"message":"no","start":{"Line":1,"column":2},"end":{"Line":1,"column":2}}]}\n');
    assert.deepEqual([...(recorder.message as { content: Uint8Array }).content], [0xff, 0x00]);
    answer(create(SyntaxResponseSchema));
    assert.equal((await server.send('POST', '/opl/syntax/check')).text, '{}\n');
  });
});

describe('writes', () => {
  const path = '/admin/relation-tuples';

  it('creates a tuple and shows it as it came, and where to find it', async () => {
    recorder.answer = (call) => {
      call.setHeader('stheno-snaptoken', 'token');
      return create(TransactRelationTuplesResponseSchema);
    };
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
    assert.deepEqual(asked().relationTupleDeltas, [
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
    answer(create(TransactRelationTuplesResponseSchema));
    const { status, headers } = await server.send('PUT', path, {
      body: JSON.stringify({ object: 'x'.repeat(5_000), subject_id: 's' }),
    });
    assert.deepEqual([status, headers.location], [201, undefined]);
  });

  for (const method of ['PATCH', 'PUT']) {
    it(`makes the changes of an array on ${method}`, async () => {
      answer(create(TransactRelationTuplesResponseSchema));
      const body = JSON.stringify([
        { action: 'delete', relation_tuple: { ...TUPLE, subject_id: 'a' } },
        { action: 'insert', relation_tuple: { ...TUPLE, subject_id: 'a' } },
      ]);
      const { status, headers, text } = await server.send(method, path, { body });
      assert.deepEqual([status, headers['content-type'], text], [204, undefined, '']);
      const actions = (asked().relationTupleDeltas as { action: number }[]).map(({ action }) => action);
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
    answer(create(TransactRelationTuplesResponseSchema));
    const body = Buffer.concat([Buffer.from('{"subject_id":"a'), Buffer.from([0xe2, 0x82, 0xff]), Buffer.from('b"}')]);
    assert.equal(JSON.parse((await server.send('PUT', path, { body })).text).subject_id, 'a\ufffd\ufffd\ufffdb');
  });

  it('deletes by query', async () => {
    answer(create(DeleteRelationTuplesResponseSchema));
    const { status, text } = await server.send('DELETE', `${path}?namespace=videos&relation=&subject_id=s`);
    assert.deepEqual([status, text], [204, '']);
    assert.deepEqual(asked().relationQuery, {
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
      answer(create(DeleteRelationTuplesResponseSchema));
      const received = await server.send('DELETE', `${path}?${query}`, { body });
      assert.equal(received.status, 400);
      assert.deepEqual(JSON.parse(received.text).error, { code: 400, status: 'Bad Request', ...error });
      assert.equal(recorder.message, undefined);
    });
  }
});

describe('health and metrics', () => {
  it('is alive', async () => assert.equal((await server.send('GET', '/health/alive')).text, '{"status":"ok"}\n'));

  it('is ready when there is no problem, and does not say which there are', async () => {
    assert.equal((await server.send('GET', '/health/ready')).text, '{"status":"ok"}\n');
    recorder.problems = ['connect ECONNREFUSED db:5432', 'pending migrations'];
    const { status, headers, text } = await server.send('GET', '/health/ready', { headers: { 'x-request-id': 'r' } });
    recorder.problems = [];
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
    faults.length = 0;
    fail(new Error('password authentication failed for user "keto"'));
    const { status, text } = await server.send('GET', '/relation-tuples');
    assert.equal(status, 500);
    assert.deepEqual(JSON.parse(text).error, {
      code: 500,
      status: 'Internal Server Error',
      message: 'An internal server error occurred, please contact the system administrator',
    });
    assert.equal(faults.length, 1);
  });

  it('is no fault when the request is to blame', async () => {
    faults.length = 0;
    fail(new SthenoError('aborted'));
    const { status, text } = await server.send('GET', '/relation-tuples');
    assert.deepEqual([status, JSON.parse(text).error.code, faults.length], [400, 400, 0]);
  });

  for (const headers of [{ 'content-length': String(MAX_BODY_BYTES * 20) }, { 'transfer-encoding': 'chunked' }]) {
    it(`refuses a body that is too large, with ${Object.keys(headers)[0]}, after reading it`, async () => {
      const { status, text } = await server.send('PUT', '/admin/relation-tuples', {
        headers: headers as Record<string, string>,
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

  it('is told to the endpoint of the route, or to none', async () => {
    endpoints.length = 0;
    answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', '/relation-tuples?page_size=x');
    await server.send('POST', '/relation-tuples');
    await server.send('GET', '/nope');
    assert.deepEqual(endpoints, ['/relation-tuples', undefined, undefined]);
  });
});
