import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStrictJson } from '../../src/server/strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

describe('strict JSON', () => {
  for (const value of [
    {},
    { a: { a: 1 }, b: [{ a: 1 }, { a: 2 }] },
    { a: '"b":', b: '\\', c: '{"c":1,"c":2}' },
    { '"': 1, '\\"': 2, ż: ':' },
    { aB: 1, a_c: 2 },
  ]) {
    it(`reads ${JSON.stringify(value)}`, () => assert.deepEqual(parse(JSON.stringify(value)), value));
  }

  for (const { name, text, message } of [
    { name: 'nothing', text: '', message: 'zero-length payload is not a valid JSON object' },
    { name: 'half a value', text: '{"a":', message: 'payload is not valid JSON' },
    { name: 'what is no object', text: '[{}]', message: 'payload is not a JSON object' },
    { name: 'null', text: 'null', message: 'payload is not a JSON object' },
    { name: 'more than a value', text: '{}{}', message: 'payload is not valid JSON' },
    { name: 'a member twice', text: '{"a":1,"b":{},"a":2}', message: 'duplicate field "a"' },
    { name: 'a nested member twice', text: '{"x":[{"a":1,"a":2}]}', message: 'duplicate field "a"' },
    { name: 'a member by both its names', text: '{"page_size":1,"pageSize":2}', message: 'duplicate field "pageSize"' },
    { name: 'a member twice in escapes', text: '{"a":1,"\\u0061":2}', message: 'duplicate field "a"' },
    {
      name: 'a tower',
      text: `${'{"a":'.repeat(10_001)}1${'}'.repeat(10_001)}`,
      message: /nested deeper/,
    },
    {
      name: 'a tower that is no JSON',
      text: '['.repeat(1_000_000),
      message: /nested deeper/,
    },
    { name: 'a name that is no string', text: '{"\\x":1}', message: 'payload is not valid JSON' },
    { name: 'a member without a name', text: '{:1}', message: 'payload is not valid JSON' },
  ]) {
    it(`refuses ${name}`, () => assert.throws(() => parse(text), { message }));
  }

  it('refuses bytes that are no UTF-8', () => {
    assert.throws(() => parseStrictJson(Buffer.of(0x7b, 0xff, 0x7d)), { message: 'payload is not valid UTF-8' });
  });
});
