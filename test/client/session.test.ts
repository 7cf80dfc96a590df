import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Interceptor } from '@connectrpc/connect';
import type { SthenoClient } from '../../src/client/index.ts';
import { nodeTransport } from '../../src/client/node-transport.ts';
import { isNewerSnaptoken } from '../../src/client/snaptoken-order.ts';
import { Snaptokens } from '../../src/service/snaptokens.ts';
import { ReplayServer } from '../support/replay/replay-server.ts';
import { openClient } from './support/open-client.ts';

describe('a session', () => {
  let server: ReplayServer;
  let client: SthenoClient;
  /** The snaptokens that requests asked for. */
  const asked: unknown[] = [];
  const record: Interceptor = (next) => (request) => {
    if ('snaptoken' in request.message) asked.push(request.message.snaptoken);
    return next(request);
  };
  before(async () => {
    server = await ReplayServer.start({ namespaces: [{ id: 0, name: 'files' }] });
    client = openClient(server, { transport: nodeTransport({ interceptors: [record] }) });
  });
  after(() => server[Symbol.asyncDispose]());

  it('gives the token of a write to the reads after it', async () => {
    const session = client.session();
    assert.equal(session.snaptoken, undefined);
    const { snaptoken } = await session.write([{ insert: 'files:a#owner@ann' }]);
    assert.equal(session.snaptoken, snaptoken);
    asked.length = 0;
    assert.equal(await session.check('files:a#owner@ann'), true);
    await session.checkMany(['files:a#owner@ann']);
    await session.expand('files:a#owner');
    for await (const _ of session.listTuples({}));
    assert.deepEqual(asked, [snaptoken, snaptoken, snaptoken, snaptoken]);
  });

  it('goes on from a token, and from what it reads', async () => {
    const { snaptoken: old } = await client.write([{ insert: 'files:b#owner@ann' }]);
    const { snaptoken: newer } = await client.write([{ insert: 'files:c#owner@ann' }]);
    const session = client.session(old);
    assert.equal(session.snaptoken, old);
    await session.check('files:b#owner@ann');
    assert.equal(session.snaptoken, newer);
  });

  it('leaves its client and other sessions alone', async () => {
    const session = client.session();
    await session.write([{ insert: 'files:d#owner@ann' }]);
    assert.equal(client.snaptoken, undefined);
    assert.equal(client.session().snaptoken, undefined);
  });

  it('keeps the newest state when answers arrive in another order', async () => {
    let release = (): void => {};
    let answered = (): void => {};
    const isAnswered = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold: Interceptor = (next) => async (request) => {
      const answer = await next(request);
      if (request.header.has('hold')) {
        answered();
        await held;
      }
      return answer;
    };
    const slow = openClient(server, { transport: nodeTransport({ interceptors: [hold] }) });
    const session = slow.session();
    const earlier = session.check('files:e#owner@ann', { headers: { hold: 'yes' } });
    await isAnswered;
    const { snaptoken } = await session.write([{ insert: 'files:e#owner@ann' }]);
    release();
    assert.equal(await earlier, false);
    assert.equal(session.snaptoken, snaptoken);
  });

  it('refuses the token of another database', async () => {
    const foreign = new Snaptokens({ networkId: new Uint8Array(16).fill(7) }).format(1);
    await assert.rejects(client.session(foreign).check('files:a#owner@ann'), { code: 'invalid_argument' });
  });
});

describe('the order of snaptokens', () => {
  const format = (revision: number): string => new Snaptokens({ networkId: new Uint8Array(16) }).format(revision);
  const cases = [
    { token: format(2), than: format(1), newer: true },
    { token: format(1), than: format(2), newer: false },
    { token: format(256), than: format(255), newer: true },
    { token: format(2 ** 40), than: format(2 ** 40 - 1), newer: true },
    { token: format(5), than: format(5), newer: false },
    { token: 'not yet implemented', than: format(5), newer: true },
    { token: format(5), than: 'not yet implemented', newer: true },
    { token: '', than: format(5), newer: true },
  ];
  for (const { token, than, newer } of cases) {
    it(`${token} is ${newer ? '' : 'not '}newer than ${than}`, () => {
      assert.equal(isNewerSnaptoken(token, than), newer);
    });
  }
});
