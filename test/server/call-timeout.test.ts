import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidArgumentError } from '../../src/errors.ts';
import { connectTimeoutMs, grpcTimeoutMs } from '../../src/server/call-timeout.ts';

describe('grpc-timeout', () => {
  for (const [header, expected] of [
    [undefined, undefined],
    ['', undefined],
    ['0S', 0],
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3_000],
    ['4m', 4],
    ['5u', 0.005],
    ['99999999H', 359_999_996_400_000],
  ] as const) {
    it(`reads ${header}`, () => assert.equal(grpcTimeoutMs(header), expected));
  }

  for (const header of ['5', 'S', '5s', '5X', '-5S', '+5S', '5.5S', '123456789S', ' 5S', '5 S', 'abc']) {
    it(`refuses ${header}`, () => {
      assert.throws(() => grpcTimeoutMs(header), { name: InvalidArgumentError.name, message: /^protocol error: / });
    });
  }
});

describe('connect-timeout-ms', () => {
  for (const [header, expected] of [
    [undefined, undefined],
    ['', undefined],
    ['0', 0],
    ['-1', -1],
    ['9999999999', 9_999_999_999],
  ] as const) {
    it(`reads ${header}`, () => assert.equal(connectTimeoutMs(header), expected));
  }

  for (const header of ['abc', '1.5', '1e3', '12345678901', ' 1', '0x10', '--1']) {
    it(`refuses ${header}`, () => {
      assert.throws(() => connectTimeoutMs(header), { name: InvalidArgumentError.name, message: /^parse timeout:/ });
    });
  }
});
