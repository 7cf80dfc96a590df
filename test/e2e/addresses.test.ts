import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { startServer } from '../support/server-in-process.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('the addresses of the server', () => {
  for (const host of ['::1', '[::1]']) {
    it(`may be of IPv6, as in ${host}`, { skip: !hasIpv6 && 'there is no IPv6' }, async () => {
      await using running = await startServer({ serve: { read: { host } } });
      assert.match(running.readAddress, /^\[::1\]:\d+$/);
      const response = await fetch(`http://${running.readAddress}/health/alive`);
      assert.equal(response.status, 200);
    });
  }

  it('may be names', async () => {
    await using running = await startServer({ serve: { read: { host: 'localhost' } } });
    const response = await fetch(`http://${running.readAddress}/health/alive`);
    assert.equal(response.status, 200);
  });
});
