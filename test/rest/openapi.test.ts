import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { MetadataApi, PermissionApi, RelationshipApi } from '@ory/keto-client';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { renderRestReference } from '../../scripts/generate-openapi-reference.ts';
import type { OpenApiDocument, ServedOperation } from '../../src/server/rest/openapi/document.ts';
import { PHOTO_MODEL, resetPhotoWorld } from '../clients/support/photo-world.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import type { PortName, Setup } from '../support/replay/suite.ts';
import { startServer } from '../support/server-in-process.ts';
import { bulkExchanges } from './bulk-exchanges.ts';
import { modelExchanges } from './model-exchanges.ts';
import { type Exchange, ROUTES } from './openapi-routes.ts';
import { policyExchanges } from './policy-exchanges.ts';

const beach = 'namespace=Photo&object=beach&relation=view';
const maria = { namespace: 'Photo', object: 'beach', relation: 'view', subject_id: 'maria' };
const uli = { ...maria, subject_id: 'uli' };
const carla = { namespace: 'Group', object: 'family', relation: 'members', subject_id: 'carla' };
const album = { ...carla, subject_set: { namespace: 'Album', object: 'alps', relation: '' } };
const nowhere = { ...carla, namespace: 'Nothing' };
const set = 'subject_set.namespace=Group&subject_set.object=family&subject_set.relation=members';

/** In strict mode, in this order, on the tuples of the photo world. */
const EXCHANGES: readonly Exchange[] = [
  { route: 'GET /relation-tuples', query: 'page_size=1', status: 200 },
  { route: 'GET /relation-tuples', query: `namespace=Album&${set}`, status: 200 },
  { route: 'GET /relation-tuples', query: 'page_token=nonsense', status: 400 },
  { route: 'GET /relation-tuples', query: 'namespace=Nothing', status: 404 },
  ...(['GET /relation-tuples/check', 'GET /relation-tuples/check/openapi'] as const).flatMap((route): Exchange[] => [
    { route, query: `${beach}&subject_id=maria&latest=true`, status: 200 },
    { route, query: `${beach}&subject_id=uli`, status: route.endsWith('openapi') ? 200 : 403 },
    { route, query: beach, status: 400 },
    { route, query: `${beach}&subject_id=maria&max-depth=1`, status: 422 },
  ]),
  ...(['POST /relation-tuples/check', 'POST /relation-tuples/check/openapi'] as const).flatMap((route): Exchange[] => [
    { route, body: maria, status: 200 },
    { route, body: uli, status: route.endsWith('openapi') ? 200 : 403 },
    { route, body: {}, status: route.endsWith('openapi') ? 200 : 403, isWrong: true },
    { route, body: [], status: 400, isWrong: true },
    { route, body: maria, query: 'max-depth=1', status: 422 },
  ]),
  { route: 'POST /relation-tuples/batch/check', body: { tuples: [maria, uli, nowhere] }, status: 200 },
  { route: 'POST /relation-tuples/batch/check', body: { tuples: 1 }, status: 400, isWrong: true },
  { route: 'GET /relation-tuples/expand', query: 'namespace=Group&object=family&relation=members', status: 200 },
  { route: 'GET /relation-tuples/expand', query: 'namespace=Group&object=family&relation=undeclared', status: 200 },
  { route: 'GET /relation-tuples/expand', query: 'max-depth=deep', status: 400, isWrong: true },
  { route: 'GET /relation-tuples/expand', query: 'namespace=Nothing', status: 404 },
  { route: 'GET /relation-tuples/watch', query: 'heartbeat_interval_ms=soon', status: 400 },
  { route: 'GET /relation-tuples/watch', query: 'namespace=Nothing', status: 404 },
  { route: 'GET /relation-tuples/explain', query: `${beach}&subject_id=maria&max-steps=9`, status: 200 },
  { route: 'GET /relation-tuples/explain', query: `${beach}&subject_id=uli&consistency=minimize_latency`, status: 200 },
  { route: 'GET /relation-tuples/explain', query: beach, status: 400 },
  { route: 'GET /relation-tuples/explain', query: 'namespace=Nothing&object=a&relation=b&subject_id=c', status: 404 },
  ...listExchanges(),
  { route: 'GET /namespaces', status: 200 },
  ...modelExchanges(),
  { route: 'PUT /admin/relation-tuples', body: carla, status: 201 },
  { route: 'PUT /admin/relation-tuples', body: album, status: 201 },
  { route: 'PUT /admin/relation-tuples', body: [{ action: 'delete', relation_tuple: carla }], status: 204 },
  { route: 'PUT /admin/relation-tuples', body: {}, status: 400, isWrong: true },
  { route: 'PUT /admin/relation-tuples', body: nowhere, status: 404 },
  { route: 'PATCH /admin/relation-tuples', body: [{ action: 'insert', relation_tuple: carla }], status: 204 },
  { route: 'PATCH /admin/relation-tuples', body: [{ action: 'upsert' }], status: 400, isWrong: true },
  { route: 'PATCH /admin/relation-tuples', body: [{ action: 'insert', relation_tuple: nowhere }], status: 404 },
  { route: 'DELETE /admin/relation-tuples', query: 'namespace=Group&subject_id=carla', status: 204 },
  { route: 'DELETE /admin/relation-tuples', query: 'object=family', status: 400, isWrong: true },
  { route: 'DELETE /admin/relation-tuples', query: 'namespace=Nothing', status: 404 },
  ...bulkExchanges(),
  { route: 'POST /opl/syntax/check', body: 'class User implements Namespace {}', status: 200 },
  { route: 'POST /opl/syntax/check', body: 'class User', status: 200 },
  { route: 'GET /health/alive', status: 200 },
  { route: 'GET /health/ready', status: 200 },
  { route: 'GET /version', status: 200 },
  { route: 'GET /metrics/prometheus', status: 200 },
  { route: 'GET /openapi.json', status: 200 },
  ...policyExchanges(),
];

const setup: Setup = {
  files: { 'photos.ts': PHOTO_MODEL },
  config: { namespaces: { experimental_strict_mode: true } },
};

let server: ReplayServer;
let document: OpenApiDocument;
before(async () => {
  server = await ReplayServer.start(setup);
  await resetPhotoWorld(server);
  document = (await (await fetch(urlOf('read', '/openapi.json'))).json()) as OpenApiDocument; // validated below
});
after(() => server[Symbol.asyncDispose]());

function listExchanges(): Exchange[] {
  const objects = 'GET /relation-tuples/list-objects';
  const subjects = 'GET /relation-tuples/list-subjects';
  const permissions = 'GET /relation-tuples/list-permissions';
  const view = 'namespace=Photo&relation=view';
  return [
    { route: objects, query: `${view}&subject_id=maria&page_size=1`, status: 200 },
    { route: objects, query: `${view}&subject_id=maria&max-depth=1`, status: 200 },
    { route: objects, query: view, status: 400 },
    { route: objects, query: 'namespace=Nothing&relation=view&subject_id=maria', status: 404 },
    { route: subjects, query: beach, status: 200 },
    { route: subjects, query: `${beach}&subject_kind=set&subject_namespace=Group&latest=true`, status: 200 },
    { route: subjects, query: `${beach}&page_token=none`, status: 400 },
    { route: subjects, query: 'namespace=Nothing&object=a&relation=b', status: 404 },
    { route: permissions, query: 'namespace=Photo&object=beach&subject_id=maria', status: 200 },
    { route: permissions, query: `${beach}&relation=nothing&subject_id=maria`, status: 200 },
    { route: permissions, query: 'namespace=Photo&object=beach', status: 400 },
    { route: permissions, query: 'namespace=Nothing&object=a&subject_id=maria', status: 404 },
  ];
}

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate({ ...document });
    assert.ok(valid, JSON.stringify(errors, undefined, 2));
  });

  it('has every route with the listeners that serve it, and nothing else', () => {
    const described = operations().map(([route, { servers }]) => [
      route,
      servers.map(({ description }) => description).join(' '),
    ]);
    assert.deepEqual(new Map(described as [string, string][]), new Map(Object.entries(ROUTES)));
  });

  it('has the methods that the listeners allow', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const port of ['read', 'write', 'opl', 'metrics'] as const) {
        const response = await fetch(urlOf(port, path), { method: 'OPTIONS' });
        const served = Object.entries(methods).filter(([, operation]) => isServedBy(operation, port));
        const implied = served.some(([, { tags }]) => tags[0] === 'engines') ? 'OPTIONS' : 'HEAD';
        const allowed = served.map(([method]) => method.toUpperCase());
        if (implied === 'OPTIONS' || allowed.includes('GET')) allowed.push(implied);
        const expected = allowed.length === 0 ? null : allowed.sort().join(', ');
        assert.equal(response.headers.get('allow'), expected, `${path} on the ${port} port`);
      }
    }
  });

  it('is the same on every port that has it', async () => {
    for (const port of ['write', 'opl'] as const) {
      assert.deepEqual(await (await fetch(urlOf(port, '/openapi.json'))).json(), document);
    }
  });

  it('is what docs/rest-reference.md is made from', () => {
    const renew = 'run: npx tsx scripts/generate-openapi-reference.ts';
    assert.ok(readFileSync('docs/rest-reference.md', 'utf8') === renderRestReference(document), renew);
  });

  it("names the operations as Keto's generated client does", () => {
    const classes = [MetadataApi, PermissionApi, RelationshipApi];
    const methods = classes.flatMap(({ name, prototype }) =>
      Object.getOwnPropertyNames(prototype)
        .filter((method) => method !== 'constructor')
        .map((method) => `${name}.${method}`),
    );
    const described = operations()
      .filter(([, { tags }]) => tags[0] !== 'engines')
      .map(([, { tags, operationId }]) => `${tags[0].replace(/^./, (first) => first.toUpperCase())}Api.${operationId}`);
    const ours = [
      'MetadataApi.getMetrics',
      'MetadataApi.getOpenApi',
      'ModelApi.diffModels',
      'ModelApi.listModels',
      'ModelApi.readModel',
      'ModelApi.validateModel',
      'ModelApi.writeModel',
      'PermissionApi.explainPermission',
      'PermissionApi.listObjects',
      'PermissionApi.listPermissions',
      'PermissionApi.listSubjects',
      'RelationshipApi.countRelationships',
      'RelationshipApi.deleteSomeRelationships',
      'RelationshipApi.exportRelationships',
      'RelationshipApi.importRelationships',
      'RelationshipApi.transactRelationships',
      'RelationshipApi.watchRelationships',
    ];
    assert.deepEqual(described.sort(), [...methods, ...ours].sort());
  });
});

describe('what the server answers is what the document says:', () => {
  const seen = new Set<string>();

  for (const exchange of EXCHANGES) {
    const { route, query, status } = exchange;
    it(`${route}${query === undefined ? '' : `?${query}`} ${status}`, async () => {
      const operation = operationOf(route);
      if (exchange.isWrong !== true) assertDescribedRequest(operation, exchange);
      const response = await send(exchange);
      assert.equal(response.status, status);
      await assertDescribedAnswer(operation, response);
      seen.add(`${route} ${status}`);
    });
  }

  it('GET /health/ready 503', async () => {
    await server.reconfigure({ ...setup, files: { 'photos.ts': 'class' } });
    const response = await send({ route: 'GET /health/ready', status: 503 });
    assert.equal(response.status, 503);
    await assertDescribedAnswer(operationOf('GET /health/ready'), response);
    seen.add('GET /health/ready 503');
  });

  it('PUT /admin/models 200', async () => {
    await using other = await startServer({ namespaces: undefined });
    const body = JSON.stringify({ files: [{ content: 'class User implements Namespace {}' }], message: 'begin' });
    const response = await fetch(`http://${other.writeAddress}/admin/models`, { method: 'PUT', body });
    assert.equal(response.status, 200);
    await assertDescribedAnswer(operationOf('PUT /admin/models'), response);
    seen.add('PUT /admin/models 200');
    const listed = await fetch(`http://${other.readAddress}/models`);
    await assertDescribedAnswer(operationOf('GET /models'), listed);
  });

  it('GET /relation-tuples/watch 200', async () => {
    const reading = new AbortController();
    const response = await fetch(urlOf('read', '/relation-tuples/watch'), { signal: reading.signal });
    const [type = ''] = Object.keys(
      operationOf('GET /relation-tuples/watch').responses[response.status]?.content ?? {},
    );
    reading.abort(); // It has no end.
    assert.equal(response.headers.get('content-type'), type);
    seen.add('GET /relation-tuples/watch 200');
  });

  it('for every status that is named', () => {
    const named = operations().flatMap(([route, { responses }]) =>
      Object.keys(responses)
        .filter((status) => status !== 'default')
        .map((status) => `${route} ${status}`),
    );
    assert.deepEqual([...seen].sort(), named.sort());
  });
});

function urlOf(port: PortName, path: string): string {
  return `http://127.0.0.1:${server.port(port)}${path}`;
}

function operations(): [route: string, operation: ServedOperation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, ServedOperation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

function operationOf(route: string): ServedOperation {
  const operation = new Map(operations()).get(route);
  assert.ok(operation, `${route} is not described`);
  return operation;
}

function isServedBy({ servers }: ServedOperation, port: PortName): boolean {
  return servers.some(({ description }) => description === port);
}

/** The last listener of a route is the one that serves the fewest others. */
function send({ route, segments = {}, query = '', body }: Exchange): Promise<Response> {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => segments[name] ?? '');
  const port = ROUTES[route].split(' ').at(-1) as PortName; // the table has nothing else
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(urlOf(port, `${path}?${query}`), { method, ...(body === undefined ? {} : { body: text }) });
}

function assertDescribedRequest({ parameters = [], requestBody }: ServedOperation, { query, body }: Exchange): void {
  const sent = [...new URLSearchParams(query).keys()];
  const names = parameters.map(({ name }) => name);
  assert.deepEqual(
    sent.filter((name) => !names.includes(name)),
    [],
    'parameters that are not described',
  );
  const required = parameters.filter((parameter) => parameter.required && parameter.in === 'query');
  assert.deepEqual(
    required.map(({ name }) => name).filter((name) => !sent.includes(name)),
    [],
    'parameters that are required',
  );
  const [content] = Object.values(requestBody?.content ?? {});
  assert.equal(body === undefined, content === undefined, 'a body is sent where one is described');
  if (content !== undefined) assertMatches(content.schema, body);
}

async function assertDescribedAnswer({ responses }: ServedOperation, response: Response): Promise<void> {
  const described = responses[response.status];
  assert.ok(described, `${response.status} is not described`);
  const special = [...response.headers.keys()].filter((name) => name === 'location' || name.startsWith('stheno-'));
  const names = Object.keys(described.headers ?? {}).map((name) => name.toLowerCase());
  assert.deepEqual(
    special.filter((name) => !names.includes(name)),
    [],
    'headers that are not described',
  );
  const text = await response.text();
  const [type, content] = Object.entries(described.content ?? {})[0] ?? [];
  if (content === undefined) assert.equal(text, '');
  else {
    assert.equal(response.headers.get('content-type')?.split(';')[0], type);
    assertMatches(content.schema, type === 'application/json' ? JSON.parse(text) : text);
  }
}

/** Whether a value has what a schema says and, unlike in the document, nothing that it does not say. */
function assertMatches(schema: object, value: unknown): void {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const isValid = ajv.compile(closed({ ...schema, components: document.components }) as object);
  assert.ok(isValid(value), `${JSON.stringify(value)}: ${ajv.errorsText(isValid.errors)}`);
}

function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...copy, additionalProperties: false } : copy;
}
