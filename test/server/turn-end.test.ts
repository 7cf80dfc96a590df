import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { TurnEnd } from '../../src/server/turn-end.ts';

describe('the end of a turn', () => {
  it('runs what was added in the turn, in that order, and nothing before', async () => {
    const ran: string[] = [];
    const turn = new TurnEnd<string>((item) => ran.push(item));
    for (const item of ['a', 'b', 'c']) turn.add(item);
    await Promise.resolve();
    assert.deepEqual(ran, []);
    await setImmediate();
    assert.deepEqual(ran, ['a', 'b', 'c']);
  });

  it('leaves what is added meanwhile to the next one', async () => {
    const ran: number[] = [];
    const turn = new TurnEnd<number>((item) => {
      ran.push(item);
      if (item < 3) turn.add(item + 1);
    });
    turn.add(1);
    await setImmediate();
    assert.deepEqual(ran, [1]);
    await setImmediate();
    await setImmediate();
    assert.deepEqual(ran, [1, 2, 3]);
    turn.add(7);
    await setImmediate();
    assert.deepEqual(ran, [1, 2, 3, 7]);
  });
});
