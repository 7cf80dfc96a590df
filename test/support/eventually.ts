import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is true, for a minute at most. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + 60_000;
  while (!(await isTrue())) {
    assert.ok(performance.now() < giveUpAtMs, 'it did not come true');
    await sleep(5);
  }
}
