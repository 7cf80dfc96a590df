import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SthenoError } from '../../../src/errors.ts';
import { SharedCall } from '../../../src/graph/follow/shared-call.ts';
import { eventually } from '../../support/eventually.ts';

/** Calls that end when they are told to, with their number. */
function startCalls({ timeoutMs = 10_000 } = {}) {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const call = () =>
    new Promise<number>((resolve, reject) => {
      const number = ends.length;
      ends.push({ resolve: () => resolve(number), reject });
    });
  return { ends, shared: new SharedCall({ call, timeoutMs }) };
}

describe('a shared call', () => {
  it('answers all who ask in one turn', async () => {
    const { ends, shared } = startCalls();
    const asked = [shared.join(), shared.join()];
    await setImmediate();
    assert.equal(ends.length, 1);
    ends[0]?.resolve();
    assert.deepEqual(await Promise.all(asked), [0, 0]);
  });

  it('is never joined once it has begun', async () => {
    const { ends, shared } = startCalls();
    const first = shared.join();
    await setImmediate();
    const later = [shared.join(), shared.join()];
    await setImmediate();
    assert.equal(ends.length, 1, 'one at a time');
    ends[0]?.resolve();
    assert.equal(await first, 0);
    await eventually(() => ends.length === 2);
    ends[1]?.resolve();
    assert.deepEqual(await Promise.all(later), [1, 1]);
    assert.equal(ends.length, 2);
  });

  it('fails for those who wait for it, and for nobody else', async () => {
    const { ends, shared } = startCalls();
    const first = shared.join();
    await setImmediate();
    const second = shared.join();
    ends[0]?.reject(new Error('lost'));
    await assert.rejects(first, /lost/);
    await eventually(() => ends.length === 2);
    ends[1]?.resolve();
    assert.equal(await second, 1);
  });

  it('stands in nobody’s way when it hangs', async () => {
    const { ends, shared } = startCalls({ timeoutMs: 20 });
    const first = shared.join();
    await eventually(() => ends.length === 1);
    const second = shared.join();
    await assert.rejects(first, (error) => error instanceof SthenoError && error.code === 'unavailable');
    await eventually(() => ends.length === 2);
    ends[0]?.resolve();
    ends[1]?.resolve();
    assert.equal(await second, 1);
  });
});
