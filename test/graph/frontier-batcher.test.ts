import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrontierBatcher } from '../../src/graph/frontier-batcher.ts';
import type { Facts, Frontier } from '../../src/persistence/tuple-reader.ts';
import { cancellationOf } from '../support/cancellation-of.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestSet, parseTestTuple } from '../support/parse-test-tuple.ts';

describe('FrontierBatcher', () => {
  it('gives each request its own facts out of a shared read', async () => {
    const reader = new MemoryReader(
      ['Doc:d1#owners@ann', 'Doc:d3#owners@ann', 'Doc:d7#viewers@(Group:g#m)'].map(parseTestTuple),
    );
    const batcher = new FrontierBatcher({ reader });
    const facts = await Promise.all(range(50).map((i) => batcher.readFacts(frontierOf(i))));
    assert.equal(reader.calls, 1);
    for (const [i, { stored, subjectSets }] of facts.entries()) {
      assert.deepEqual(stored, [i === 1 || i === 3], `request ${i}`);
      assert.deepEqual(
        subjectSets.map((sets) => sets.length),
        [i === 7 ? 1 : 0],
        `request ${i}`,
      );
    }
  });

  it('goes on after a read that failed', async () => {
    const reader = new FailingReader([]);
    const batcher = new FrontierBatcher({ reader });
    const outcomes = await Promise.allSettled(range(20).map((i) => batcher.readFacts(frontierOf(i))));
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(['rejected']));
    assert.deepEqual((await batcher.readFacts(frontierOf(0))).stored, [false]);
  });

  it('does not read for a request that was given up while it waited', async () => {
    const reader = new MemoryReader([]);
    const batcher = new FrontierBatcher({ reader });
    const others = range(4).map((i) => batcher.readFacts(frontierOf(i)));
    const controller = new AbortController();
    const waiting = batcher.readFacts(frontierOf(9), cancellationOf(controller.signal));
    controller.abort(new Error('given up'));
    await Promise.all([assert.rejects(waiting, { code: 'canceled' }), ...others]);
    assert.equal(reader.calls, 1);
  });
});

/** Fails the first read, as when a connection breaks. */
class FailingReader extends MemoryReader {
  override async readFacts(frontier: Frontier): Promise<Facts> {
    if (this.calls === 0) {
      this.calls++;
      throw new Error('connection lost');
    }
    return super.readFacts(frontier);
  }
}

function frontierOf(i: number): Frontier {
  return { tuples: [parseTestTuple(`Doc:d${i}#owners@ann`)], sets: [parseTestSet(`Doc:d${i}#viewers`)] };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
