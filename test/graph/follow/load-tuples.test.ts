import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadTuples } from '../../../src/graph/follow/load-tuples.ts';
import { openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { TupleScanner } from '../../../src/persistence/tuple-scanner.ts';
import { inserts, tuples } from '../../contract/contract-context.ts';

const COUNT = 4100;
const TUPLES = tuples(...Array.from({ length: COUNT }, (_, index) => `n:o${index % 100}#r@${index}` as const));

for (const { isAwaited, pages } of [
  { isAwaited: false, pages: { limit: 2000, count: 3 } },
  { isAwaited: true, pages: { limit: 500, count: 9 } },
]) {
  it(`loads every tuple once, in ${isAwaited ? 'short pages while requests wait' : 'long pages'}`, async () => {
    await using persister = await openPersister({ dsn: 'memory', autoMigrate: true });
    await persister.writeTuples(inserts(TUPLES));
    const limits: number[] = [];
    const scanner: TupleScanner = {
      scanTuples: (options) => {
        limits.push(options.limit);
        return persister.scanTuples(options);
      },
    };
    const loaded = new Set<string>();
    let calls = 0;
    await loadTuples({
      scanner,
      insert: ({ object, subject }) => {
        calls++;
        loaded.add(`${object} ${JSON.stringify(subject)}`);
      },
      signal: new AbortController().signal,
      isAwaited: () => isAwaited,
    });
    assert.deepEqual([calls, loaded.size], [COUNT, COUNT]);
    assert.deepEqual(limits, Array(pages.count).fill(pages.limit));
  });
}

it('ends when it is given up', async () => {
  await using persister = await openPersister({ dsn: 'memory', autoMigrate: true });
  await persister.writeTuples(inserts(TUPLES));
  const controller = new AbortController();
  let calls = 0;
  const loading = loadTuples({
    scanner: persister,
    insert: () => {
      calls++;
      controller.abort(new Error('given up'));
    },
    signal: controller.signal,
  });
  await assert.rejects(loading, /given up/);
  assert.ok(calls < COUNT);
});
