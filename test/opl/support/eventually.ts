import assert from 'node:assert/strict';

/** Waits until the value is as expected, for a minute at most. */
export async function eventually(expected: unknown, actual: () => unknown): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  for (;;) {
    try {
      assert.deepEqual(actual(), expected);
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
