import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, describe, it } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema, CheckResponseSchema } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { createRestHandler } from '../../src/server/rest/rest-handler.ts';
import { oplRoutes } from '../../src/server/rest/routes.ts';
import type { Call } from '../../src/service/rpc-service.ts';
import { SyntaxService } from '../../src/service/syntax-service.ts';
import { startRestServer } from '../rest/rest-server.ts';

const require = createRequire(import.meta.url);
/** What a client of the published contract makes of an answer. The package has no declarations for this service. */
const published = require('@ory/keto-grpc-client/ory/keto/opl/v1alpha1/syntax_service_pb.js') as {
  readonly CheckResponse: { deserializeBinary(bytes: Uint8Array): { toObject(): unknown } };
};

const MIXED = `class User implements Namespace {}
class Doc implements Namespace {
  related: { a: User[] }
  permits = {
    view: (ctx) => this.related.a.includes(ctx.subject) && this.related.a.includes(ctx.subject) || this.related.a.includes(ctx.subject),
  }
}`;
const ASKED = { 'stheno-warnings': 'true' };

const syntax = new SyntaxService();

describe('the syntax check over REST', async () => {
  const routes = oplRoutes({ syntax });
  const server = await startRestServer(createRestHandler({ routes, limits: { maxBodyBytes: 10_000 } }));
  after(() => server[Symbol.asyncDispose]());
  const check = async (body: string, headers: Record<string, string> = {}): Promise<string> =>
    (await server.send('POST', '/opl/syntax/check', { body, headers })).text.trim();

  it('says nothing of warnings to those who do not ask', async () => {
    assert.equal(await check(MIXED), '{}');
    assert.equal(await check(MIXED, { 'stheno-warnings': 'false' }), '{}');
  });

  it('gives the warnings that are asked for, in the form of errors', async () => {
    const { warnings, ...rest } = JSON.parse(await check(MIXED, ASKED));
    assert.deepEqual(rest, {});
    assert.equal(warnings.length, 1);
    assert.match(warnings[0].message, /^mixed operators without parentheses on line 5/);
    assert.deepEqual(Object.keys(warnings[0]), ['message', 'start', 'end']);
    assert.equal(warnings[0].start.Line, 5);
  });

  it('answers a document without warnings, or with errors, as ever', async () => {
    assert.equal(await check('class Doc implements Namespace { related: { parents: Doc[] } }', ASKED), '{}');
    assert.equal(await check('class User', ASKED), await check('class User'));
  });
});

describe('the syntax check over gRPC', () => {
  const check = async (headers: Record<string, string>): Promise<Uint8Array> => {
    const request = create(CheckRequestSchema, { content: Buffer.from(MIXED) });
    return toBinary(CheckResponseSchema, await syntax.check(request, callWith(headers)));
  };

  it('answers with the bytes of the published contract when nobody asks for warnings', async () => {
    assert.deepEqual(await check({}), new Uint8Array(0));
  });

  it('gives warnings where a client of the published contract does not see them', async () => {
    const bytes = await check(ASKED);
    assert.notEqual(bytes.length, 0);
    assert.deepEqual(published.CheckResponse.deserializeBinary(bytes).toObject(), { parseErrorsList: [] });
  });
});

function callWith(headers: Record<string, string>): Call {
  return {
    abortReason: undefined,
    signal: new AbortController().signal,
    header: (name) => headers[name],
    setHeader: () => {},
  };
}
