import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SthenoError } from '../../src/errors.ts';
import type { GuardedWrite } from '../../src/persistence/guarded-write.ts';
import type { RelationQuery } from '../../src/tuple/relation-tuple.ts';
import { deltas, inserts, type PersisterContract, readAll, tuples } from './contract-context.ts';

export const GUARDED_CONTRACT: PersisterContract = {
  'tells which deltas changed something, by their indexes': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    const answer = await persister.writeGuarded(guarded(['+n:o#r@a', '+n:o#r@b', '-n:o#r@c', '+n:o#r@(n:g#m)']));
    assert.deepEqual(answer, { revision: 2, effective: [1, 3] });
    assert.deepEqual(await persister.writeGuarded(guarded(['+n:o#r@a'])), { revision: 2, effective: [] });
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a', 'n:o#r@b', 'n:o#r@(n:g#m)'));
  },

  'writes only when all preconditions hold': async (persister) => {
    await persister.writeTuples(deltas('+n:doc#owner@ann', '+n:doc#viewer@(n:g#m)'));
    const cases: readonly [kind: 'must_exist' | 'must_not_exist', query: RelationQuery, holds: boolean][] = [
      ['must_exist', { namespace: 'n' }, true],
      ['must_exist', { namespace: 'n', object: 'doc', relation: 'owner' }, true],
      ['must_exist', { namespace: 'n', object: 'other' }, false],
      ['must_exist', { namespace: 'n', subject: { kind: 'id', id: 'ann' } }, true],
      ['must_exist', { subject: { kind: 'set', namespace: 'n', object: 'g', relation: 'm' } }, true],
      ['must_exist', { subject: { kind: 'id', id: 'n:g#m' } }, false],
      ['must_not_exist', { namespace: 'n', relation: 'owner', subject: { kind: 'id', id: 'bob' } }, true],
      ['must_not_exist', { namespace: 'n', relation: 'owner' }, false],
      ['must_not_exist', { namespace: 'm' }, true],
    ];
    for (const [index, [kind, query, holds]] of cases.entries()) {
      const write = guarded([`+n:written#r@${index}`], {
        preconditions: [
          { kind: 'must_exist', query: {} },
          { kind, query },
        ],
      });
      if (holds) assert.deepEqual((await persister.writeGuarded(write)).effective, [0]);
      else {
        await assert.rejects(persister.writeGuarded(write), failure('failed_precondition', 'PRECONDITION_FAILED', '1'));
        assert.equal(
          (await persister.listTuples({ subject: { kind: 'id', id: `${index}` } }, { limit: 1 })).tuples.length,
          0,
        );
      }
    }
  },

  'sees what the same transaction has not written yet': async (persister) => {
    const preconditions = [{ kind: 'must_not_exist', query: { namespace: 'n' } }] as const;
    const write = guarded(['+n:o#r@a'], { preconditions });
    await persister.writeGuarded(write);
    await assert.rejects(persister.writeGuarded(write), failure('failed_precondition', 'PRECONDITION_FAILED', '0'));
  },

  'lets one of many through that each want to be the first': async (persister) => {
    const preconditions = [{ kind: 'must_not_exist', query: { namespace: 'n', object: 'lock' } }] as const;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => persister.writeGuarded(guarded([`+n:lock#holder@${i}`], { preconditions }))),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await readAll(persister)).length, 1);
  },

  'fails for an insert of what is there and a delete of what is not, when that is asked for': async (persister) => {
    await persister.writeTuples(deltas('+n:o#r@a'));
    const existing = guarded(['+n:o#r@b', '+n:o#r@a'], { onExisting: 'fail' });
    await assert.rejects(persister.writeGuarded(existing), failure('already_exists', 'TUPLE_EXISTS', '1'));
    const missing = guarded(['+n:o#r@b', '-n:o#r@a', '-n:o#r@c'], { onMissing: 'fail' });
    await assert.rejects(persister.writeGuarded(missing), failure('not_found', 'TUPLE_MISSING', '2'));
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a'));
    assert.equal(await persister.readRevision(), 1);
    const fine = guarded(['+n:o#r@b', '-n:o#r@a'], { onExisting: 'fail', onMissing: 'fail' });
    assert.deepEqual(await persister.writeGuarded(fine), { revision: 2, effective: [0, 1] });
  },

  'leaves the writes that wait with one that fails alone': async (persister) => {
    const failing = guarded(['+n:o#r@bad'], { preconditions: [{ kind: 'must_exist', query: { namespace: 'none' } }] });
    const outcomes = await Promise.allSettled([
      persister.writeTuples(deltas('+n:o#r@a')),
      persister.writeGuarded(failing),
      persister.writeTuples(deltas('+n:o#r@b')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await readAll(persister), tuples('n:o#r@a', 'n:o#r@b'));
  },

  'refuses a tuple that is named twice, with both places': async (persister) => {
    const twice = guarded(['+n:o#r@a', '+n:o#r@b', '-n:o#r@a']);
    await assert.rejects(persister.writeGuarded(twice), (error: SthenoError) => {
      assert.deepEqual(error.info, { reason: 'DUPLICATE_CHANGE', metadata: { first: '0', second: '2' } });
      return error.code === 'invalid_argument' && error.message === 'changes[0] and changes[2] name the same tuple';
    });
  },

  'answers a repeat under the same key as the first time, and changes nothing': async (persister) => {
    const write = guarded(['+n:o#r@a', '-n:o#r@b'], { idempotencyKey: 'k\0é'.repeat(20) });
    const first = await persister.writeGuarded(write);
    assert.deepEqual(first, { revision: 1, effective: [0] });
    await persister.writeTuples(deltas('-n:o#r@a'));
    assert.deepEqual(await persister.writeGuarded(write), first);
    assert.deepEqual(await readAll(persister), []);
    assert.equal(await persister.readRevision(), 2);
  },

  'refuses another request under a key that was used': async (persister) => {
    const condition = { kind: 'must_exist', query: { namespace: 'n' } } as const;
    await persister.writeGuarded(guarded(['+n:o#r@a', '+n:o#r@b'], { idempotencyKey: 'k' }));
    const others: readonly GuardedWrite[] = [
      guarded(['+n:o#r@b', '+n:o#r@a'], { idempotencyKey: 'k' }),
      guarded(['+n:o#r@a'], { idempotencyKey: 'k' }),
      guarded(['+n:o#r@a', '-n:o#r@b'], { idempotencyKey: 'k' }),
      guarded(['+n:o#r@a', '+n:o#r@b'], { idempotencyKey: 'k', onExisting: 'fail' }),
      guarded(['+n:o#r@a', '+n:o#r@b'], { idempotencyKey: 'k', preconditions: [condition] }),
    ];
    for (const other of others) {
      await assert.rejects(persister.writeGuarded(other), (error: SthenoError) => {
        return error.code === 'already_exists' && error.info?.reason === 'IDEMPOTENCY_KEY_REUSED';
      });
    }
    assert.equal(await persister.readRevision(), 1);
  },

  'makes a write once whose repeats arrive together, also one without effect': async (persister) => {
    const write = guarded(['+n:o#r@a'], { idempotencyKey: 'k', onExisting: 'fail' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => persister.writeGuarded(write)));
    assert.deepEqual(answers, Array(10).fill({ revision: 1, effective: [0] }));
    const idle = guarded(['-n:o#r@z'], { idempotencyKey: 'idle' });
    await persister.writeGuarded(idle);
    await persister.writeTuples(deltas('+n:o#r@z'));
    assert.deepEqual(await persister.writeGuarded(idle), { revision: 1, effective: [] });
  },

  'forgets a key that failed': async (persister) => {
    const write = guarded(['+n:o#r@a'], {
      idempotencyKey: 'k',
      preconditions: [{ kind: 'must_exist', query: { namespace: 'n' } }],
    });
    await assert.rejects(persister.writeGuarded(write), failure('failed_precondition', 'PRECONDITION_FAILED', '0'));
    await persister.writeTuples(deltas('+n:o#r@b'));
    assert.deepEqual(await persister.writeGuarded(write), { revision: 2, effective: [0] });
  },

  'keeps keys for as long as changes': async (persister) => {
    const write = guarded(['+n:o#r@a'], { idempotencyKey: 'k' });
    await persister.writeGuarded(write);
    await sleep(2); // so that the next millisecond has begun
    await persister.trimChanges({ committedBefore: new Date(Date.now() - 3_600_000), limit: 10 });
    assert.deepEqual(await persister.writeGuarded(write), { revision: 1, effective: [0] });
    await persister.trimChanges({ committedBefore: new Date(Date.now() + 3_600_000), limit: 10 });
    await persister.writeTuples(deltas('-n:o#r@a'));
    assert.deepEqual(await persister.writeGuarded(write), { revision: 3, effective: [0] });
  },

  'makes a write of many deltas under conditions': async (persister) => {
    const many = inserts(
      Array.from({ length: 2500 }, (_, i) => ({
        namespace: 'n',
        object: `o${i}`,
        relation: 'r',
        subject: { kind: 'id', id: i === 7 ? 'long'.repeat(100) : 's' } as const,
      })),
    );
    const write = { ...guarded([], { idempotencyKey: 'k', onExisting: 'fail' }), deltas: many };
    const answer = await persister.writeGuarded(write);
    assert.deepEqual([answer.revision, answer.effective.length], [1, 2500]);
    assert.deepEqual(await persister.writeGuarded(write), answer);
    assert.equal((await readAll(persister)).length, 2500);
  },
};

function guarded(texts: readonly string[], options: Partial<GuardedWrite> = {}): GuardedWrite {
  return {
    deltas: deltas(...texts),
    preconditions: [],
    onExisting: 'ignore',
    onMissing: 'ignore',
    idempotencyKey: undefined,
    ...options,
  };
}

function failure(code: string, reason: string, index: string): (error: SthenoError) => boolean {
  return (error) => {
    assert.ok(error instanceof SthenoError, String(error));
    assert.deepEqual([error.code, error.info], [code, { reason, metadata: { index } }]);
    return true;
  };
}
