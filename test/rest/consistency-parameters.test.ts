import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidArgumentError } from '../../src/errors.ts';
import { consistencyMessageOf } from '../../src/server/rest/consistency-parameters.ts';
import { QueryParameters } from '../../src/server/rest/query-parameters.ts';

describe('the consistency that a query asks for', () => {
  const cases = [
    { query: '', expected: {} },
    { query: 'latest=false&snaptoken=&consistency=', expected: {} },
    { query: 'latest', expected: { requirement: { case: 'latest', value: true } } },
    { query: 'snaptoken=abc', expected: { requirement: { case: 'atLeastAsFresh', value: 'abc' } } },
    {
      query: 'consistency=minimize_latency',
      expected: { requirement: { case: 'minimizeLatency', value: true } },
    },
    {
      query: 'consistency=minimize_latency&snaptoken=abc',
      expected: { requirement: { case: 'atLeastAsFresh', value: 'abc' } },
    },
    {
      query: 'consistency=latest&snaptoken=abc',
      expected: { requirement: { case: 'latest', value: true } },
    },
    {
      query: 'latest=true&consistency=minimize_latency&snaptoken=abc',
      expected: { requirement: { case: 'latest', value: true } },
    },
  ];
  for (const { query, expected } of cases) {
    it(`is ${JSON.stringify(expected)} for "${query}"`, () => {
      assert.deepEqual(consistencyMessageOf(new QueryParameters(query)), expected);
    });
  }

  it('is refused when there is no such thing', () => {
    const query = new QueryParameters('consistency=eventual');
    assert.throws(() => consistencyMessageOf(query), InvalidArgumentError);
    assert.throws(
      () => consistencyMessageOf(query),
      /"consistency" must be latest or minimize_latency, not "eventual"/,
    );
  });
});
