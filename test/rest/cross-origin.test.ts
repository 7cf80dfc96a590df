import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CorsConfig } from '../../src/config/config.ts';
import { validateConfig } from '../../src/config/load-config.ts';
import { ok } from '../../src/server/rest/answer.ts';
import { createCrossOrigin } from '../../src/server/rest/cross-origin.ts';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { startRestServer } from './rest-server.ts';

const DEFAULTS: CorsConfig = validateConfig({ dsn: 'memory', serve: { read: { cors: { enabled: true } } } }).serve.read
  .cors;

async function ask(settings: Partial<CorsConfig>, method: string, path: string, headers: Record<string, string>) {
  const cors = createCrossOrigin({ ...DEFAULTS, ...settings });
  const routes = [{ method: 'GET', path: '/things', handle: async () => ok({}) } as const];
  const handler = createRestHandler({ routes, limits: { maxBodyBytes: 100 } });
  await using server = await startRestServer((request, response) => {
    if (!cors?.(request, response)) handler(request, response);
  });
  const received = await server.send(method, path, { headers });
  const relevant = Object.entries(received.headers).filter(([name]) => name.startsWith('access-control-'));
  return { status: received.status, vary: received.headers.vary, cors: Object.fromEntries(relevant) };
}

const PREFLIGHT_VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
const ORIGIN = 'https://a.example';

function preflight(method: string, requestHeaders?: string): Record<string, string> {
  return {
    origin: ORIGIN,
    'access-control-request-method': method,
    ...(requestHeaders === undefined ? {} : { 'access-control-request-headers': requestHeaders }),
  };
}

describe('a preflight', () => {
  it('is allowed what was asked for, on any path', async () => {
    const answer = await ask({}, 'OPTIONS', '/nope', preflight('PATCH', 'authorization,content-type'));
    assert.deepEqual(answer, {
      status: 204,
      vary: PREFLIGHT_VARY,
      cors: {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'PATCH',
        'access-control-allow-headers': 'authorization,content-type',
      },
    });
  });

  it('learns of credentials and of how long it holds', async () => {
    const { cors } = await ask({ allow_credentials: true, max_age: 600 }, 'OPTIONS', '/things', preflight('GET'));
    assert.equal(cors['access-control-allow-credentials'], 'true');
    assert.equal(cors['access-control-max-age'], '600');
  });

  const headerLists: [requested: string, allowed: boolean][] = [
    ['content-type', true],
    ['authorization, content-type', true],
    ['authorization ,content-type', true],
    ['authorization,  content-type', false],
    ['Authorization', false],
    ['content-type,authorization', false],
    ['content-type,content-type', false],
    ['x-other', false],
    [',content-type,', true],
    [','.repeat(40), false],
  ];
  for (const [requested, allowed] of headerLists) {
    it(`is ${allowed ? 'allowed' : 'refused'} the headers "${requested}"`, async () => {
      const { status, cors } = await ask({}, 'OPTIONS', '/things', preflight('GET', requested));
      assert.equal(status, 204);
      assert.equal(cors['access-control-allow-origin'], allowed ? ORIGIN : undefined);
    });
  }

  it('is allowed any header by a star', async () => {
    const { cors } = await ask({ allowed_headers: ['*'] }, 'OPTIONS', '/things', preflight('GET', 'x-b,X-a'));
    assert.equal(cors['access-control-allow-headers'], 'x-b,X-a');
  });

  for (const [method, allowed] of [
    ['OPTIONS', true],
    ['HEAD', false],
    ['get', false],
    ['TRACE', false],
  ] as const) {
    it(`is ${allowed ? 'allowed' : 'refused'} the method ${method}`, async () => {
      const { cors } = await ask({}, 'OPTIONS', '/things', preflight(method));
      assert.equal(cors['access-control-allow-methods'], allowed ? method : undefined);
    });
  }

  it('of an origin that is not allowed gets an empty answer', async () => {
    const answer = await ask({ allowed_origins: ['https://b.example'] }, 'OPTIONS', '/things', preflight('GET'));
    assert.deepEqual(answer, { status: 204, vary: PREFLIGHT_VARY, cors: {} });
  });
});

describe('an actual request', () => {
  const allowed = { 'access-control-allow-origin': ORIGIN, 'access-control-expose-headers': 'Content-Type' };
  const cases: [
    name: string,
    method: string,
    path: string,
    headers: Record<string, string>,
    status: number,
    cors: object,
  ][] = [
    ['shows its answer', 'GET', '/things', { origin: ORIGIN }, 200, allowed],
    ['shows errors too', 'GET', '/nope', { origin: ORIGIN }, 404, allowed],
    ['of OPTIONS without a method is no preflight', 'OPTIONS', '/things', { origin: ORIGIN }, 405, allowed],
    ['of HEAD is not shown', 'HEAD', '/things', { origin: ORIGIN }, 200, {}],
    ['without an origin is not told', 'GET', '/things', {}, 200, {}],
  ];
  for (const [name, method, path, headers, status, cors] of cases) {
    it(name, async () => {
      assert.deepEqual(await ask({}, method, path, headers), { status, vary: 'Origin', cors });
    });
  }

  it('names the exposed headers in their usual spelling', async () => {
    const { cors } = await ask({ exposed_headers: ['x-exposed', 'ETAG'] }, 'GET', '/things', { origin: ORIGIN });
    assert.equal(cors['access-control-expose-headers'], 'X-Exposed, Etag');
  });
});

it('nothing is said when it is not enabled', () => {
  assert.equal(createCrossOrigin({ ...DEFAULTS, enabled: false }), undefined);
});
