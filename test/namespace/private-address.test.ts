import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPrivateAddress, leadsToPrivateAddress } from '../../src/namespace/private-address.ts';

describe('a private address', () => {
  for (const [address, expected] of [
    ['10.1.2.3', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.0.1', true],
    ['127.0.0.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['0.0.0.0', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['::', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['2606:4700::1111', false],
  ] as const) {
    it(`${address} is ${expected ? 'one' : 'none'}`, () => assert.equal(isPrivateAddress(address), expected));
  }

  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:192.168.1.1]', '2130706433']) {
    it(`is what http://${host} leads to`, async () => {
      assert.equal(await leadsToPrivateAddress(new URL(`http://${host}/`)), true);
    });
  }
});
