import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { callProgram } from './support/call-program.ts';

/** What the server of these tests got, and what it is to answer. */
const received: { request: IncomingMessage; body: string }[] = [];
let answer: { status: number; body: string } = { status: 200, body: '[]' };

const server = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ request, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
});
let host = '';
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server that listens
});
after(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received.length = 0;
  answer = { status: 200, body: '[]' };
});

const run = (words: string, endpoint: string) =>
  callProgram(['engines', 'acp', 'ory', ...words.split(' ')], { env: { KETO_URL: endpoint } });

describe('the commands of the policies', () => {
  it('keep the path of the endpoint, without its last slashes', async () => {
    await run('policies list exact --limit 7', `http://${host}/pre/fix//`);
    assert.equal(received[0]?.request.url, '/pre/fix/engines/acp/ory/exact/policies?limit=7&offset=0');
  });

  const users: [inUrl: string, sent: string][] = [
    ['k%40to:secret', 'k@to:secret'],
    ['k:%c3%bc%25', 'k:ü%'],
    ['k:%zz', 'k:%zz'],
    ['token', 'token:'],
  ];
  for (const [inUrl, sent] of users) {
    it(`send the user ${inUrl} of the endpoint as basic authorization`, async () => {
      await run('roles list exact', `http://${inUrl}@${host}`);
      const { authorization } = received[0]?.request.headers ?? {};
      assert.equal(authorization, `Basic ${Buffer.from(sent).toString('base64')}`);
    });
  }

  it('escape ids in paths', async () => {
    answer = { status: 200, body: '{}' };
    await callProgram(['engines', 'acp', 'ory', 'roles', 'get', 'glob', 'a/b c?%'], {
      env: { KETO_URL: `http://${host}` },
    });
    assert.equal(received[0]?.request.url, '/engines/acp/ory/glob/roles/a%2Fb%20c%3F%25');
  });

  it('show what the server says of a failure', async () => {
    answer = { status: 500, body: '{"code":500,"message":"the database is not available"}' };
    const { exit, stdout, stderr } = await run('policies get exact p', `http://${host}`);
    assert.deepEqual([exit, stdout], [1, '']);
    assert.equal(
      stderr,
      'Unable to get ORY Access Control Policy: [GET /engines/acp/ory/{flavor}/policies/{id}][500] ' +
        'getOryAccessControlPolicyInternalServerError the database is not available\n',
    );
  });

  it('say so when the answer is not JSON', async () => {
    answer = { status: 200, body: '<html>' };
    const { exit, stderr } = await run('allowed exact s r a', `http://${host}`);
    assert.equal(exit, 1);
    assert.equal(stderr, 'Unable to call ORY Access Control Policy allowed endpoint: the answer is not JSON\n');
  });

  for (const endpoint of ['localhost:4467', 'unix:/tmp/x', 'http://', 'https://a b']) {
    it(`do not take ${endpoint} for an endpoint`, async () => {
      const { exit, stderr } = await run('policies list exact', endpoint);
      assert.equal(exit, 1);
      assert.equal(
        stderr,
        `Unable to parse endpoint URL ${JSON.stringify(endpoint)}: it must be an http:// or https:// URL\n`,
      );
    });
  }

  it('print only what belongs to a document, and empty parts as the contract says', async () => {
    answer = {
      status: 200,
      body: '{"id":"","description":"","subjects":null,"actions":[],"effect":"","conditions":{},"more":1}',
    };
    const { stdout } = await run('policies get exact p', `http://${host}`);
    assert.equal(stdout, '{\n\t"actions": [],\n\t"conditions": {},\n\t"resources": null,\n\t"subjects": null\n}\n');
  });
});
