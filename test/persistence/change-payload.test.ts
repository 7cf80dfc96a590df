import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatTupleChanges, parseTupleChanges } from '../../src/persistence/sql/change-payload.ts';
import { deltas } from '../contract/contract-context.ts';

describe('payload of tuple changes', () => {
  it('has one array a delta, five strings long for an id and seven for a set', () => {
    assert.equal(
      formatTupleChanges(deltas('+n:o#r@a', '-n:o#r@(m:g#x)')),
      '[["+","n","o","r","a"],["-","n","o","r","m","g","x"]]',
    );
  });

  for (const text of ['+n:o#r@', '-n:o#r@(:#)', '+:#@a', '+n:a\0b#r@"quoted"', `-n:o#r@${'x'.repeat(1000)}`]) {
    it(`brings ${JSON.stringify(text.slice(0, 30))} back`, () => {
      assert.deepEqual(parseTupleChanges(formatTupleChanges(deltas(text))), deltas(text));
    });
  }

  it('refuses what is not a payload', () => {
    assert.throws(() => parseTupleChanges('[["+","n","o","r"]]'), /a logged tuple has 3 parts/);
  });
});
