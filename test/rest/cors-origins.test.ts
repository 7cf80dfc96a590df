import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOriginMatcher } from '../../src/server/rest/cors-origins.ts';

describe('origins that may read answers', () => {
  const cases: [patterns: string[], origin: string, allowed: boolean][] = [
    [[], 'https://any.example', true],
    [['*'], 'https://any.example', true],
    [['https://a.example'], 'https://a.example', true],
    [['https://a.example'], 'https://A.example', false],
    [['HTTPS://A.example'], 'https://a.example', true],
    [['https://a.example'], 'https://a.example:8443', false],
    [['https://*.b.example'], 'https://x.b.example', true],
    [['https://*.b.example'], 'https://x.y.b.example', true],
    [['https://*.b.example'], 'https://b.example', false],
    [['https://*.b.example'], 'https://x.b.example.evil.com', false],
    [['https://*good.example.com'], 'https://verygood.example.com', true],
    [['https://*.com'], 'https://x.com', false],
    [['https://*example.com'], 'https://badexample.com', false],
    [['https://www.example.*'], 'https://www.example.org', false],
    [['https://*.co.uk'], 'https://x.co.uk', false],
    [['https://*.shop.co.uk'], 'https://x.shop.co.uk', true],
    [['http://*.example.com:8080'], 'http://a.example.com:8080', true],
    [['http://*.localhost'], 'http://a.localhost', false],
    [['https://*.*.example.com'], 'https://a.b.example.com', false],
  ];
  for (const [patterns, origin, allowed] of cases) {
    it(`${allowed ? 'include' : 'exclude'} ${origin} for ${JSON.stringify(patterns)}`, () => {
      assert.equal(createOriginMatcher(patterns)(origin), allowed);
    });
  }
});
