import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSqliteMemory } from '../support/databases.ts';
import { assertNoInternals, HardenedServer } from './support/hardened-server.ts';

const CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/Check';
const BATCH_CHECK = '/ory.keto.relation_tuples.v1alpha2.CheckService/BatchCheck';
const TRANSACT = '/ory.keto.relation_tuples.v1alpha2.WriteService/TransactRelationTuples';
const TUPLES = '/admin/relation-tuples';
const ONE = 'namespace=n&object=o&relation=r&subject_id=u';
const ONE_JSON = '{"namespace":"n","object":"o","relation":"r","subject_id":"u"}';

let server: HardenedServer;
before(async () => {
  const { dsn } = await createSqliteMemory();
  server = await HardenedServer.start(dsn);
});
after(() => server[Symbol.asyncDispose]());

async function send(
  target: string,
  { method = 'POST', body = undefined as string | Buffer | undefined, type = '' } = {},
) {
  const headers = type === '' ? {} : { 'content-type': type };
  const response = await fetch(server.url + target, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

interface Case {
  readonly what: string;
  readonly method?: string;
  readonly target: string;
  readonly body?: string;
  readonly status: number;
}

/** REST requests that are odd, and the status that the contract has for them. */
const REST: readonly Case[] = [
  { what: 'a parameter twice', method: 'GET', target: `/relation-tuples?${ONE}&object=other`, status: 200 },
  {
    what: 'a parameter 5,000 times',
    method: 'GET',
    target: `/relation-tuples?${'object=o&'.repeat(5000)}`,
    status: 200,
  },
  {
    what: 'unknown parameters',
    method: 'GET',
    target: `/relation-tuples?${ONE}&__proto__=x&constructor=y`,
    status: 200,
  },
  { what: 'unknown parameters of a delete', method: 'DELETE', target: `${TUPLES}?namespace=n&objekt=o`, status: 400 },
  { what: '__proto__ of a delete', method: 'DELETE', target: `${TUPLES}?namespace=n&__proto__=o`, status: 400 },
  { what: 'a parameter twice in a delete', method: 'DELETE', target: `${TUPLES}?${ONE}&namespace=m`, status: 204 },
  { what: 'both subjects', method: 'GET', target: `/relation-tuples?${ONE}&subject_set.namespace=n`, status: 400 },
  { what: 'a negative page size', method: 'GET', target: '/relation-tuples?page_size=-1', status: 200 },
  {
    what: 'a page size over all bounds',
    method: 'GET',
    target: `/relation-tuples?page_size=${'9'.repeat(99)}`,
    status: 400,
  },
  {
    what: 'a depth over all bounds',
    method: 'GET',
    target: `/relation-tuples/check?${ONE}&max-depth=1e9`,
    status: 400,
  },
  {
    what: 'a page token of zeros',
    method: 'GET',
    target: `/relation-tuples?page_token=${'A'.repeat(60_000)}`,
    status: 400,
  },
  { what: 'bytes behind the body', method: 'PUT', target: TUPLES, body: `${ONE_JSON}\0\0{"x":`, status: 201 },
  { what: 'bytes before the body', method: 'PUT', target: TUPLES, body: `\0${ONE_JSON}`, status: 400 },
  { what: 'half a body', method: 'PUT', target: TUPLES, body: ONE_JSON.slice(0, -9), status: 400 },
  { what: 'wrong types', method: 'PUT', target: TUPLES, body: '{"namespace":1,"subject_id":[]}', status: 400 },
  {
    what: '__proto__ in a body',
    method: 'PUT',
    target: TUPLES,
    body: `{"__proto__":{"subject_id":"x"},"namespace":"n"}`,
    status: 400,
  },
  { what: 'null for a delta', method: 'PATCH', target: TUPLES, body: '[null]', status: 400 },
  { what: 'null for everything', method: 'PATCH', target: TUPLES, body: 'null', status: 204 },
  { what: 'a number for a list', method: 'PATCH', target: TUPLES, body: '7', status: 400 },
  { what: 'null in a batch', target: '/relation-tuples/batch/check', body: '{"tuples":[null]}', status: 200 },
  { what: 'a tower that is no tuple', target: '/relation-tuples/check', body: tower(9_000), status: 400 },
  { what: 'a tower of 10,000', target: '/relation-tuples/check', body: tower(10_000), status: 400 },
  { what: 'a tower that fills the body', target: '/relation-tuples/check', body: '['.repeat(4_000_000), status: 400 },
  { what: 'a tower of deltas', method: 'PATCH', target: TUPLES, body: tower(100_000), status: 400 },
  { what: 'an encoded slash', method: 'GET', target: '/relation-tuples%2Fcheck', status: 404 },
  { what: 'an encoded NUL', method: 'GET', target: '/relation-tuples%00', status: 404 },
  { what: 'a name from inside', method: 'GET', target: '/__proto__', status: 404 },
];

describe('odd REST requests', () => {
  for (const { what, method = 'POST', target, body, status } of REST) {
    it(`answers ${status} to ${what}`, async () => {
      const answer = await send(target, { method, ...(body !== undefined && { body }) });
      const text = answer.body.toString();
      assert.equal(answer.status, status, text.slice(0, 300));
      assertNoInternals(text);
      if (status >= 400 && status !== 404) {
        const { error } = JSON.parse(text) as { error: { code: number; message: string } };
        assert.equal(error.code, status);
        assert.ok(text.length < 1000, 'does not repeat the request');
      }
      await server.assertUnharmed();
    });
  }

  it('keeps what looks like headers out of Location', async () => {
    const evil = 'x\r\nset-cookie: session=evil\r\n\r\n<html>';
    const tuple = { namespace: 'n', object: evil, relation: evil, subject_id: evil };
    const { status, headers } = await send(TUPLES, { method: 'PUT', body: JSON.stringify(tuple) });
    assert.equal(status, 201);
    assert.equal(headers.get('set-cookie'), null);
    const location = new URL(headers.get('location') ?? '', server.url);
    assert.equal(location.searchParams.get('object'), evil);
  });

  it('keeps what looks like headers out of the redirect of an unclean path', async () => {
    const target = '//evil.example/%0d%0aset-cookie:a=b/../x';
    const response = await fetch(server.url + target, { redirect: 'manual' });
    assert.equal(response.headers.get('set-cookie'), null);
    assert.doesNotMatch(response.headers.get('location') ?? '', /^\/\/|[\r\n]/, 'a redirect stays on this host');
    await response.arrayBuffer();
  });

  it('echoes a request id without letting it break out of JSON', async () => {
    const response = await fetch(`${server.url}/relation-tuples?namespace=x`, {
      headers: { 'x-request-id': '"}<\u00ff' },
    });
    const { error } = (await response.json()) as { error: { request: string } };
    assert.equal(typeof error.request, 'string');
  });
});

/** Messages that are broken; all of them are the client's fault. */
const MESSAGES: readonly { what: string; target?: string; message: Buffer | string }[] = [
  { what: 'text that is no UTF-8', message: Buffer.of(0x0a, 2, 0xc3, 0x28) },
  { what: 'a surrogate as UTF-8', message: Buffer.of(0x0a, 3, 0xed, 0xa0, 0x80) },
  { what: 'text that is no UTF-8 in a batch', target: BATCH_CHECK, message: Buffer.of(0x0a, 3, 0x0a, 1, 0xff) },
  { what: 'text that is no UTF-8 in a delta', target: TRANSACT, message: Buffer.of(0x0a, 5, 0x12, 3, 0x0a, 1, 0xff) },
  { what: 'a length beyond the end', message: Buffer.of(0x0a, 100, 0x61) },
  { what: 'a length of 4 GB', message: Buffer.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61) },
  { what: 'a varint without end', message: Buffer.alloc(20, 0xff) },
  { what: 'field number 0', message: Buffer.of(0x02, 0) },
  { what: 'a wire type that does not exist', message: Buffer.of(0x0f) },
  { what: 'groups that are never closed', message: Buffer.alloc(100_000, 0x7b) },
  { what: 'the end of a group alone', message: Buffer.of(0x7c) },
  { what: 'JSON cut in the middle', message: '{"namespace":"n' },
  { what: 'JSON with bytes behind it', message: '{}\0' },
  { what: 'JSON in a tower of 10,001', message: tower(10_001) },
  { what: 'JSON in a tower that fills the message', message: '['.repeat(4_000_000) },
  { what: 'JSON of another type', message: '{"tuple":"x"}' },
  { what: 'JSON that is null', message: 'null' },
];

describe('broken messages', () => {
  for (const { what, target = CHECK, message } of MESSAGES) {
    const codec = typeof message === 'string' ? 'json' : 'proto';
    it(`refuses ${what} over Connect`, async () => {
      const { status, body } = await send(target, { body: message, type: `application/${codec}` });
      assert.equal(status, 400, body.toString());
      const { code, message: text } = JSON.parse(body.toString()) as { code: string; message: string };
      assert.equal(code, 'invalid_argument');
      assert.match(text, /^unmarshal message: /);
      assert.ok(text.length < 300);
      assertNoInternals(text);
      await server.assertUnharmed();
    });

    it(`refuses ${what} over gRPC-Web`, async () => {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(Buffer.byteLength(message), 1);
      const body = Buffer.concat([head, Buffer.from(message)]);
      const { status, headers } = await send(target, { body, type: `application/grpc-web+${codec}` });
      assert.equal(status, 200);
      assert.equal(headers.get('grpc-status'), '3', headers.get('grpc-message') ?? '');
      assertNoInternals(headers.get('grpc-message') ?? '');
      await server.assertUnharmed();
    });
  }
});

function tower(levels: number): string {
  return `${'{"tuple":'.repeat(levels)}1${'}'.repeat(levels)}`;
}
