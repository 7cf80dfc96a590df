import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeLogError } from '../../src/persistence/change-log-error.ts';
import {
  formatTupleChanges,
  parseTupleChanges,
  parseTupleChangesInTurns,
} from '../../src/persistence/sql/change-payload.ts';
import type { TupleDelta } from '../../src/tuple/relation-tuple.ts';
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

  it('is parsed in turns to the same deltas, wherever the pieces end', async () => {
    const odd = ['o"],["+', 'o\\"],["-","', '],["+', '\\', '"', 'ü"],["+"'];
    const all = Array.from({ length: 20_000 }, (_, i): TupleDelta => {
      const part = `${odd[i % odd.length]}${i}`;
      const subject =
        i % 2 === 0
          ? ({ kind: 'id', id: part } as const)
          : ({ kind: 'set', namespace: part, object: part, relation: odd[i % 5] ?? '' } as const);
      return {
        action: i % 3 === 0 ? 'delete' : 'insert',
        tuple: { namespace: part, object: part, relation: 'r', subject },
      };
    });
    const payload = formatTupleChanges(all);
    assert.ok(payload.length > 1_000_000);
    assert.deepEqual(await parseTupleChangesInTurns(payload), all);
  });

  for (const payload of [
    '',
    '[["+","n","o","r","a"]',
    '{}',
    'null',
    '[["+","n","o","r"]]',
    '[["+","n","o","r","a","b"]]',
    '[["+","n","o","r","a","b","c","d"]]',
    '[["*","n","o","r","a"]]',
    '[["+","n","o",1,"a"]]',
    '[{}]',
    '[null]',
  ]) {
    it(`is not ${payload}`, async () => {
      assert.throws(() => parseTupleChanges(payload), ChangeLogError);
      await assert.rejects(parseTupleChangesInTurns(payload), ChangeLogError);
    });
  }
});
