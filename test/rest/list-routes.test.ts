import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CheckResponseSchema as SyntaxResponseSchema } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { ListNamespacesResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { ListRelationTuplesResponseSchema } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { PageTokens } from '../../src/service/page-tokens.ts';
import { recordedServer } from './recorded-server.ts';

const { service, server } = recordedServer();

const TUPLE = { namespace: 'videos', object: 'o', relation: 'r' };

describe('list', () => {
  const path = '/relation-tuples';

  it('shows tuples with their subjects', async () => {
    const relationTuples = [
      { ...TUPLE, subject: { ref: { case: 'id', value: '<s>\u2028' } } },
      { ...TUPLE, subject: { ref: { case: 'set', value: { namespace: 'n', object: 'o' } } } },
    ] satisfies MessageInitShape<typeof ListRelationTuplesResponseSchema>['relationTuples'];
    service.answer(create(ListRelationTuplesResponseSchema, { relationTuples, nextPageToken: 't=' }));
    const { text } = await server.send('GET', `${path}?namespace=videos&object=&page_size=7&snaptoken=s`);
    assert.equal(
      text,
      '{"relation_tuples":[{"namespace":"videos","object":"o","relation":"r","subject_id":"\\u003cs\\u003e\\u2028"},' +
        '{"namespace":"videos","object":"o","relation":"r","subject_set":{"namespace":"n","object":"o","relation":""}}],"next_page_token":"t="}\n',
    );
    assert.deepEqual(service.asked, {
      relationQuery: { namespace: 'videos', object: '' },
      pageSize: 7,
      pageToken: '',
      snaptoken: 's',
    });
  });

  it('takes a subject set without a relation', async () => {
    service.answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', `${path}?subject_set.namespace=n&subject_set.object=o`);
    const set = { namespace: 'n', object: 'o', relation: '' };
    assert.deepEqual(service.asked.relationQuery, { subject: { ref: { case: 'set', value: set } } });
  });

  it('unescapes the page token twice', async () => {
    const token = new PageTokens({ secrets: () => [] }).seal({}, ['n', 'o', 'r', '', 's', '']);
    service.answer(create(ListRelationTuplesResponseSchema));
    await server.send('GET', `${path}?page_token=&page_token=${encodeURIComponent(encodeURIComponent(token))}`);
    assert.equal(service.asked.pageToken, token);
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

describe('namespaces, version and syntax', () => {
  for (const [names, text] of [
    [[], '{}\n'],
    [['a', ''], '{"namespaces":[{"name":"a"},{}]}\n'],
  ] as const) {
    it(`lists ${names.length} namespaces`, async () => {
      service.answer(create(ListNamespacesResponseSchema, { namespaces: names.map((name) => ({ name })) }));
      assert.equal((await server.send('GET', '/namespaces')).text, text);
    });
  }

  it('tells the version', async () => {
    assert.equal((await server.send('GET', '/version')).text, '{"version":"v1.2.3"}\n');
  });

  it('hands on the bytes of a document and shows its errors', async () => {
    const position = { line: 1, column: 2 };
    service.answer(create(SyntaxResponseSchema, { parseErrors: [{ message: 'no', start: position, end: position }] }));
    const { text } = await server.send('POST', '/opl/syntax/check', { body: Buffer.from([0xff, 0x00]) });
    assert.equal(text, '{"errors":[{"message":"no","start":{"Line":1,"column":2},"end":{"Line":1,"column":2}}]}\n');
    assert.deepEqual([...(service.message as { content: Uint8Array }).content], [0xff, 0x00]);
    service.answer(create(SyntaxResponseSchema));
    assert.equal((await server.send('POST', '/opl/syntax/check')).text, '{}\n');
  });
});
