import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maxDepthOf, pageSizeOf } from '../../src/server/rest/integer-parameter.ts';
import { QueryParameters } from '../../src/server/rest/query-parameters.ts';

const MAX_INT32 = 2_147_483_647;

describe('max-depth', () => {
  const accepted: [query: string, depth: number][] = [
    ['', 0],
    ['max-depth=3', 3],
    ['max-depth=%2B3', 3],
    ['max-depth=-1', 0],
    ['max-depth=0', 0],
    ['max-depth=0x1F', 31],
    ['max-depth=0X_1f', 31],
    ['max-depth=0o17', 15],
    ['max-depth=0b11', 3],
    ['max-depth=017', 15],
    ['max-depth=0_7', 7],
    ['max-depth=1_000', 1000],
    ['max-depth=2147483648', MAX_INT32],
    ['max-depth=9223372036854775807', MAX_INT32],
    ['max-depth=-9223372036854775808', 0],
    ['max-depth=4&max-depth=x', 4],
  ];
  for (const [query, depth] of accepted) {
    it(`is ${depth} for "${query}"`, () => assert.equal(maxDepthOf(new QueryParameters(query)), depth));
  }

  const refused = ['', 'foo', '1.5', '1e3', '08', '0x', '0b2', '_1', '1_', '1__0', '+', ' 1', '٣', '0x_'];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => maxDepthOf(new QueryParameters(`max-depth=${encodeURIComponent(text)}`)), {
        message: `unable to parse 'max-depth' query parameter to int: ${JSON.stringify(text)} is not an integer`,
      });
    });
  }

  for (const text of ['9223372036854775808', '-9223372036854775809', '99999999999999999999']) {
    it(`refuses ${text}, which has more than 64 bits`, () => {
      assert.throws(() => maxDepthOf(new QueryParameters(`max-depth=${text}`)), /is out of range$/);
    });
  }
});

describe('page_size', () => {
  const accepted: [query: string, size: number][] = [
    ['', 0],
    ['page_size=', 0],
    ['page_size=&page_size=7', 7],
    ['page_size=010', 10],
    ['page_size=%2B5', 5],
    ['page_size=-5', 0],
    ['page_size=2147483648', MAX_INT32],
  ];
  for (const [query, size] of accepted) {
    it(`is ${size} for "${query}"`, () => assert.equal(pageSizeOf(new QueryParameters(query)), size));
  }

  for (const text of ['abc', '1.5', '1e1', '0x1', ' 1', '1_0', '99999999999999999999']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => pageSizeOf(new QueryParameters(`page_size=${encodeURIComponent(text)}`)), {
        code: 'invalid_argument',
      });
    });
  }
});
