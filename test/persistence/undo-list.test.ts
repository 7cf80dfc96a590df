import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SthenoError } from '../../src/errors.ts';
import { compareStored } from '../../src/persistence/sql/compare-stored.ts';
import { toStoredTuple } from '../../src/persistence/sql/stored-tuple.ts';
import { UndoList } from '../../src/persistence/sql/undo-list.ts';
import { deltas, tuples } from '../contract/contract-context.ts';

describe('a list of what to undo', () => {
  it('gives each page back as it was: the first change of a tuple decides', () => {
    const undo = new UndoList({ filter: new Map() });
    undo.add(deltas('+n:b#r@new', '-n:c#r@old', '-n:d#r@old', '+n:d#r@old', '+n:e#r@new', '-n:e#r@new'));
    const [last] = tuples('n:d#r@old');
    const page = undo.restore(tuples('n:a#r@old', 'n:b#r@new', 'n:d#r@old'), toStoredTuple(last ?? assert.fail()));
    assert.deepEqual(page, tuples('n:a#r@old', 'n:c#r@old', 'n:d#r@old'));
    assert.deepEqual(undo.restore(tuples('n:z#r@old'), undefined), tuples('n:z#r@old'));
  });

  it('forgets what is behind it, and bounds what is to come', () => {
    const undo = new UndoList({ filter: new Map([['namespace', 'n']]), maxTuples: 2 });
    const [passed] = tuples('n:m#r@a');
    undo.restore([], toStoredTuple(passed ?? assert.fail()));
    undo.add(deltas('+n:a#r@1', '+n:b#r@1', '+n:m#r@a', '+x:z#r@1', '+n:x#r@1', '+n:y#r@1'));
    assert.throws(
      () => undo.add(deltas('+n:z#r@1')),
      (error: unknown) => error instanceof SthenoError && error.code === 'aborted',
    );
  });

  it('has the order of bytes, not of UTF-16', () => {
    const row = (object: string) => ['n', object, 'r', '', 's', ''];
    assert.ok(compareStored(row('\ue000'), row('\u{1f600}')) < 0);
    assert.ok(compareStored(row('a'), row('ab')) < 0);
    assert.equal(compareStored(row('\u{1f600}'), row('\u{1f600}')), 0);
  });
});
