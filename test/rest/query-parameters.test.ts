import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeQueryText, QueryParameters, showInvalidBytes } from '../../src/server/rest/query-parameters.ts';

describe('query parameters', () => {
  const values: [text: string, key: string, first: string | undefined][] = [
    ['object=o', 'object', 'o'],
    ['object=', 'object', ''],
    ['object', 'object', ''],
    ['relation=r', 'object', undefined],
    ['object=a&object=b', 'object', 'a'],
    ['&&object=o&', 'object', 'o'],
    ['object=a+b%20c%2B', 'object', 'a b c+'],
    ['object=a=b', 'object', 'a=b'],
    ['subject%5Fid=x', 'subject_id', 'x'],
    ['object=%C3%BC%F0%9F%A6%8A', 'object', 'ü🦊'],
    ['object=\u00c3\u00bc', 'object', 'ü'],
    ['Object=o', 'object', undefined],
  ];
  for (const [text, key, first] of values) {
    it(`reads ${key} of ${JSON.stringify(text)} as ${JSON.stringify(first)}`, () => {
      const query = new QueryParameters(text);
      query.requireReadable();
      assert.equal(query.first(key), first);
      assert.equal(query.has(key), first !== undefined);
    });
  }

  it('finds the first value that is not empty', () => {
    assert.equal(new QueryParameters('page_token=&page_token=x').firstNonEmpty('page_token'), 'x');
    assert.equal(new QueryParameters('page_token=').firstNonEmpty('page_token'), '');
  });

  const unreadable: [text: string, message: string][] = [
    ['object=%zz', 'query parameter "object" has a broken percent-encoding'],
    ['namespace=n&object=%', 'query parameter "object" has a broken percent-encoding'],
    ['object=%4', 'query parameter "object" has a broken percent-encoding'],
    ['a=1;object=x', 'query parameter "a" contains a ";", which must be written as %3B'],
    ['%zz=1', 'query parameter "%zz" has a broken percent-encoding'],
  ];
  for (const [text, message] of unreadable) {
    it(`names the parameter of ${text} that cannot be read`, () => {
      assert.throws(() => new QueryParameters(text).requireReadable(), { message, code: 'invalid_argument' });
    });
  }

  it('does not let bytes that are not UTF-8 become text that can be stored', () => {
    const value = new QueryParameters('namespace=a%ffb%E2%82').first('namespace');
    assert.equal(value?.includes('\ufffd'), false);
    assert.equal(showInvalidBytes(value ?? ''), 'a\\xffb\\xe2\\x82');
  });

  it('unescapes a text once more', () => {
    assert.equal(decodeQueryText('a%3D%3D'), 'a==');
    assert.equal(decodeQueryText('%zz'), undefined);
  });
});
