import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ok } from '../../src/server/rest/answer.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import type { Route } from '../../src/server/rest/route.ts';
import { type RestServer, startRestServer } from './rest-server.ts';

const routes: Route[] = [
  { method: 'GET', path: '/things', handle: async () => ok({ list: true }) },
  { method: 'GET', path: '/things/check', handle: async () => ok({}) },
  { method: 'POST', path: '/things/check', handle: async () => ok({}) },
  { method: 'PUT', path: '/admin/things', handle: async () => ok({}) },
  { method: 'PATCH', path: '/admin/things', handle: async () => ok({}) },
  { method: 'DELETE', path: '/admin/things', handle: async () => ok({}) },
  { method: 'GET', path: '/boxes/fixed', handle: async () => ok({ fixed: true }) },
  {
    method: 'GET',
    path: '/boxes/{box}',
    implied: 'OPTIONS',
    handle: async ({ segment }) => ok({ box: segment('box') }),
  },
  { method: 'PUT', path: '/boxes/{box}', implied: 'OPTIONS', handle: async () => ok({}) },
  {
    method: 'GET',
    path: '/boxes/{box}/things/{thing}',
    handle: async ({ segment }) => ok([segment('box'), segment('thing')]),
  },
  { method: 'DELETE', path: '/boxes/{box}/broken', handle: async ({ segment }) => ok(segment('thing')) },
  {
    method: 'PUT',
    path: '/errors/own',
    handle: () => Promise.reject(new Error('no')),
    toErrorAnswer: (error, requestId) => ({ kind: 'json', status: 418, value: [String(error), requestId] }),
  },
];

describe('the router', () => {
  let server: RestServer;
  before(async () => {
    server = await startRestServer(createRestHandler({ routes, limits: { maxBodyBytes: 100 } }));
  });
  after(() => server[Symbol.asyncDispose]());

  it('runs the route of a path and a method', async () => {
    const { status, headers, text } = await server.send('GET', '/things?x=1');
    assert.deepEqual([status, text], [200, '{"list":true}\n']);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  });

  it('answers HEAD like GET, without a body', async () => {
    const { status, headers, text } = await server.send('HEAD', '/things');
    assert.deepEqual([status, text, headers['content-length']], [200, '', '14']);
  });

  for (const target of ['/%74hings', 'http://other.example/things', '/things?']) {
    it(`finds ${target}`, async () => assert.equal((await server.send('GET', target)).status, 200));
  }

  const unknown = [
    '/',
    '/nope',
    '/things/',
    '/Things',
    '/things%2Fcheck',
    '/things%20',
    '/things%00',
    '/%2fthings',
    '/%ff',
  ];
  for (const target of unknown) {
    it(`does not know ${target}`, async () => {
      const { status, headers, text } = await server.send('GET', target);
      assert.deepEqual([status, text], [404, '404 page not found\n']);
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['ory-error-id'], undefined);
    });
  }

  const wrong: [method: string, path: string, allow: string][] = [
    ['POST', '/things', 'GET, HEAD'],
    ['OPTIONS', '/things', 'GET, HEAD'],
    ['TRACE', '/things', 'GET, HEAD'],
    ['PURGE', '/things', 'GET, HEAD'],
    ['PUT', '/things/check', 'GET, HEAD, POST'],
    ['GET', '/admin/things', 'DELETE, PATCH, PUT'],
    ['HEAD', '/boxes/b', 'GET, OPTIONS, PUT'],
    ['POST', '/boxes/b', 'GET, OPTIONS, PUT'],
    ['OPTIONS', '/boxes/b/things/t', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of wrong) {
    it(`refuses ${method} ${path}`, async () => {
      const { status, headers, text } = await server.send(method, path);
      const body = method === 'HEAD' ? '' : 'Method Not Allowed\n';
      assert.deepEqual([status, headers.allow, text], [405, allow, body]);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    });
  }

  const unclean: [target: string, location: string][] = [
    ['//things', '/things'],
    ['/things//check', '/things/check'],
    ['/./things', '/things'],
    ['/x/../things?a=b&c', '/things?a=b&c'],
    ['/things/.', '/things'],
    ['/../../nope//', '/nope/'],
    ['//', '/'],
    ['//evil.example/..', '/'],
  ];
  for (const [target, location] of unclean) {
    it(`redirects ${target} to ${location}`, async () => {
      const { status, headers, text } = await server.send('GET', target);
      assert.deepEqual([status, headers.location], [307, location]);
      assert.equal(headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(text, `<a href="${location.replace('&', '&amp;')}">Temporary Redirect</a>.\n\n`);
    });
  }

  it('redirects other methods without a body', async () => {
    const { status, headers, text } = await server.send('PUT', '//admin/things');
    assert.deepEqual([status, headers.location, headers['content-type'], text], [307, '/admin/things', undefined, '']);
  });

  it('does not put markup into the body of a redirect', async () => {
    const { text } = await server.send('GET', `//x?"><script>'`);
    assert.equal(text, '<a href="/x?&#34;&gt;&lt;script&gt;&#39;">Temporary Redirect</a>.\n\n');
  });

  it('refuses a broken escape in the path and closes the connection', async () => {
    const { status, headers, text } = await server.send('GET', '/%zz');
    assert.deepEqual([status, headers.connection, text], [400, 'close', '400 Bad Request']);
  });

  const open: [target: string, answer: unknown][] = [
    ['/boxes/b', { box: 'b' }],
    ['/boxes/fixed', { fixed: true }],
    ['/%62oxes/a%20b+c%25', { box: 'a b+c%' }],
    ['/boxes/%c3%bc', { box: 'ü' }],
    ['/boxes/a%ffb', { box: 'a\ufffdb' }],
    ['/boxes/%7Bbox%7D', { box: '{box}' }],
    ['/boxes/%00', { box: '\0' }],
    ['/boxes/__proto__/things/constructor?thing=x', ['__proto__', 'constructor']],
  ];
  for (const [target, answer] of open) {
    it(`takes open segments out of ${target}`, async () => {
      const { status, text } = await server.send('GET', target);
      assert.deepEqual([status, JSON.parse(text)], [200, answer]);
    });
  }

  for (const target of [
    '/boxes',
    '/boxes/',
    '/boxes/a%2fb',
    '/boxes/a%2Fb/things/t',
    '/boxes/b/things/',
    '/b/boxes/b',
  ]) {
    it(`finds no open segment in ${target}`, async () => {
      const { status, text } = await server.send('GET', target);
      assert.deepEqual([status, text], [404, '404 page not found\n']);
    });
  }

  it('answers OPTIONS where a path implies it', async () => {
    const { status, headers, text } = await server.send('OPTIONS', '/boxes/b');
    assert.deepEqual([status, headers.allow, text], [200, 'GET, OPTIONS, PUT', '']);
  });

  it('takes a segment that the path does not have for a fault', async () => {
    assert.equal((await server.send('DELETE', '/boxes/b/broken')).status, 500);
  });

  it('lets a route say how its errors look', async () => {
    const { status, text } = await server.send('PUT', '/errors/own', { headers: { 'x-request-id': 'r' } });
    assert.deepEqual([status, JSON.parse(text)], [418, ['Error: no', 'r']]);
  });

  it('answers OPTIONS of the whole server', async () => {
    const { status, text } = await server.send('OPTIONS', '*');
    assert.deepEqual([status, text], [200, '']);
  });
});
