import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openNamespaces } from '../../src/opl/open-namespaces.ts';
import type { ReloadEvent, ReloadingNamespaces } from '../../src/opl/reloading-namespaces.ts';
import { eventually } from './support/eventually.ts';

const MODEL_A = 'class A implements Namespace {}';
const MODEL_B = 'class B implements Namespace {}';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
let opened: ReloadingNamespaces | undefined;
let events: ReloadEvent[];

beforeEach(async () => {
  requests = [];
  events = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await opened?.[Symbol.asyncDispose]();
  opened = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function url(rest = '/model.ts', credentials = ''): string {
  // The server listens on TCP.
  const { port } = server.address() as AddressInfo;
  return `http://${credentials}127.0.0.1:${port}${rest}`;
}

async function open(location = url(), retryWaitsMs: readonly number[] = []): Promise<ReloadingNamespaces> {
  opened = await openNamespaces({
    source: { kind: 'opl', location },
    onReload: (event) => events.push(event),
    timing: { pollMs: 50, retryWaitsMs },
  });
  return opened;
}

const names = (): string[] =>
  opened
    ?.current()
    .list()
    .map(({ name }) => name) ?? [];

/** Answers with the model, and with 304 to those who have it. */
function serve(model: string, etag: string): typeof answer {
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(model);
  };
}

describe('a model behind a URL', () => {
  it('is asked for again and sent only when it changed', async () => {
    answer = serve(MODEL_A, '"1"');
    await open();
    assert.deepEqual(names(), ['A']);
    await eventually(true, () => requests.length > 3);
    assert.deepEqual(
      requests.slice(0, 3).map(({ headers }) => headers['if-none-match']),
      [undefined, '"1"', '"1"'],
    );
    assert.equal(events.length, 1);

    answer = serve(MODEL_B, '"2"');
    await eventually(['B'], names);
    assert.equal(opened?.problem(), undefined);
  });

  it('keeps the last good model while the server has none', async () => {
    answer = serve(MODEL_A, '"1"');
    await open();
    answer = (_, response) => response.writeHead(404).end('gone');
    const message = `expected http response status code 200 but got 404 when fetching: ${url()}`;
    await eventually(message, () => opened?.problem());
    assert.deepEqual(names(), ['A']);
    answer = serve('class', '"2"');
    await eventually(true, () => opened?.problem()?.endsWith('expected identifier, got EOF'));
    assert.deepEqual(names(), ['A']);
    // The first version again: it was refused nothing, so the problem is over.
    answer = serve(MODEL_A, '"3"');
    await eventually(undefined, () => opened?.problem());
    assert.equal(events.at(-1)?.ok, true);
  });

  it('recovers when the server comes back with what it had', async () => {
    answer = serve(MODEL_A, '"1"');
    await open();
    answer = (_, response) => response.socket?.destroy();
    await eventually(`cannot fetch ${url()}: UND_ERR_SOCKET`, () => opened?.problem());
    answer = serve(MODEL_A, '"1"');
    await eventually(undefined, () => opened?.problem());
  });

  it('is asked for once more at start when the server stumbles', async () => {
    answer = (request, response) => {
      if (requests.length === 1) response.writeHead(503).end();
      else if (requests.length === 2) request.socket.destroy();
      else serve(MODEL_A, '"1"')(request, response);
    };
    await open(url(), [1, 1, 1]);
    assert.deepEqual(names(), ['A']);
  });

  it('refuses to start without one, and asks no second time where that is useless', async () => {
    answer = (_, response) => response.writeHead(403).end();
    await assert.rejects(open(url(), [1, 1, 1]), /status code 200 but got 403 when fetching: /);
    assert.equal(requests.length, 1);
  });

  it('says why a server cannot be reached', async () => {
    answer = (request) => request.socket.destroy();
    await assert.rejects(open(), { message: `cannot fetch ${url()}: UND_ERR_SOCKET` });
    const gone = url();
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(open(gone), { message: `cannot fetch ${gone}: ECONNREFUSED` });
    const refused = 'http://127.0.0.1:1/model.ts'; // a port that fetch does not speak to
    await assert.rejects(open(refused), { message: `cannot fetch ${refused}: bad port` });
  });

  it('sends credentials and never shows them', async () => {
    answer = (request, response) => {
      const isKnown = request.headers.authorization === `Basic ${Buffer.from('me:pass word').toString('base64')}`;
      response.writeHead(isKnown ? 418 : 401).end();
    };
    await assert.rejects(open(url('/model.ts?token=secret', 'me:pass%20word@')), (error: Error) => {
      assert.equal(error.message, `expected http response status code 200 but got 418 when fetching: ${url()}`);
      return true;
    });
  });

  it('is followed to where it was moved, without its credentials', async () => {
    answer = (request, response) => {
      if (request.url === '/model.ts')
        response.writeHead(302, { location: url('/moved').replace('127.0.0.1', 'localhost') }).end();
      else serve(MODEL_A, '"1"')(request, response);
    };
    await open(url('/model.ts', 'me:secret@'));
    assert.deepEqual(names(), ['A']);
    assert.deepEqual(
      requests.slice(0, 2).map(({ headers }) => headers.authorization !== undefined),
      [true, false],
    );
  });

  it('is not followed in a circle', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/model.ts' }).end();
    await assert.rejects(open(), /redirects too often or to nowhere$/);
  });

  it('is not fetched from a private address when that is not allowed', async () => {
    answer = serve(MODEL_A, '"1"');
    const disallowPrivateAddresses = (): boolean => true;
    await assert.rejects(
      openNamespaces({
        source: { kind: 'opl', location: url() },
        disallowPrivateAddresses,
        timing: { retryWaitsMs: [] },
      }),
      /it has a private address$/,
    );
    assert.equal(requests.length, 0);
  });

  it('is refused when it is too large, without reading all of it', async () => {
    let isAborted = false;
    answer = (request, response) => {
      request.on('close', () => {
        isAborted = true;
      });
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write).writeHead(200);
      write();
    };
    await assert.rejects(open(url(), [1, 1]), /is larger than 16777216 bytes$/);
    await eventually(true, () => isAborted);
    assert.equal(requests.length, 1);
  });

  it('ends what it asked for when it is closed', async () => {
    answer = serve(MODEL_A, '"1"');
    const manager = await open();
    answer = () => {};
    const asked = requests.length;
    await eventually(true, () => requests.length > asked);
    await manager[Symbol.asyncDispose]();
    const closed = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(requests.length, closed);
  });
});
