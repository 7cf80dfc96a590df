import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Policy } from '../../src/policy/policy.ts';
import { PolicyIndex } from '../../src/policy/policy-index.ts';
import { decideTogether } from '../../src/service/policy-batch.ts';
import { cancellationOf } from '../support/cancellation-of.ts';

const IN_FORCE = { abortReason: undefined, signal: new AbortController().signal };
const QUESTION = { subject: 's', resource: 'r', action: 'a', context: undefined };
/** Takes some milliseconds to match with COSTLY, so that a few of them take more than a turn. */
const COSTLY = { ...QUESTION, resource: 'y'.repeat(1_000) };

describe('questions that are answered together', () => {
  it('have their answers in their order', async () => {
    const index = indexOf(policy('p', { resources: ['r'] }));
    const questions = [QUESTION, { ...QUESTION, subject: 't' }, QUESTION];
    const decisions = await decideTogether(async () => index, questions, IN_FORCE);
    assert.deepEqual(
      decisions.map(({ allowed, error }) => [allowed, error]),
      [
        [true, undefined],
        [false, undefined],
        [true, undefined],
      ],
    );
  });

  it('have an error each where there is no answer', async () => {
    const broken = policy('broken', { resources: ['r'], subjects: ['<'] });
    const index = indexOf(policy('p', { resources: ['q'] }), broken);
    const decisions = await decideTogether(async () => index, [{ ...QUESTION, resource: 'q' }, QUESTION], IN_FORCE);
    assert.deepEqual(
      decisions.map(({ allowed, error }) => [allowed, error?.message]),
      [
        [true, undefined],
        [false, 'policy "broken": invalid pattern "<": a "<" without its ">"'],
      ],
    );
  });

  it('are all answered by one state, although others get their turn and change it', async () => {
    const index = indexOf(policy('costly', { resources: [`<${'.*'.repeat(60)}x>`] }));
    let reads = 0;
    const fresh = async () => {
      reads++;
      return index;
    };
    // The first and the last question ask the same, and somebody takes the answer away in between.
    index.upsertPolicy(policy('p', { resources: ['r'] }));
    const answered = decideTogether(fresh, [QUESTION, ...Array.from({ length: 20 }, () => COSTLY), QUESTION], IN_FORCE);
    await nextTurn();
    index.deletePolicy('p');
    const decisions = await answered;
    assert.deepEqual([decisions[0]?.allowed, decisions.at(-1)?.allowed], [false, false]);
    assert.equal(reads, 2);
  });

  it('are given up when the state never stays', async () => {
    const index = indexOf(policy('costly', { resources: [`<${'.*'.repeat(60)}x>`] }));
    let isAsked = true;
    const change = async () => {
      for (; isAsked; await nextTurn()) index.upsertRole({ id: 'r', description: '', members: undefined });
    };
    const changing = change();
    const questions = Array.from({ length: 10 }, () => COSTLY);
    await assert.rejects(
      decideTogether(async () => index, questions, IN_FORCE),
      { code: 'aborted' },
    );
    isAsked = false;
    await changing;
  });

  it('are given up with the request', async () => {
    const index = indexOf(policy('costly', { resources: [`<${'.*'.repeat(60)}x>`] }));
    const controller = new AbortController();
    const questions = Array.from({ length: 1_000 }, () => COSTLY);
    const answered = decideTogether(async () => index, questions, cancellationOf(controller.signal));
    setImmediate(() => controller.abort(new Error('gone')));
    await assert.rejects(answered, { code: 'canceled' });
  });
});

function policy(id: string, fields: Partial<Policy>): Policy {
  const always = { subjects: ['s'], resources: [], actions: ['a'], conditions: undefined };
  return { id, description: '', effect: 'allow', ...always, ...fields };
}

function indexOf(...policies: readonly Policy[]): PolicyIndex {
  const index = new PolicyIndex({ flavor: 'regex' });
  for (const one of policies) index.upsertPolicy(one);
  return index;
}
