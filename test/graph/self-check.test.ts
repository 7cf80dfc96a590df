import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SelfCheck } from '../../src/graph/self-check.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const OPTIONS: EvaluationOptions = { model: modelOf({ namespaces: ['Doc'] }), strict: false, maxDepth: 25 };
const STORED = 'Doc:d#viewers@ann';

describe('a self-check', () => {
  for (const { name, inGraph, revision, rate, counts } of [
    { name: 'counts equal answers', inGraph: [STORED], revision: 1, rate: 1, counts: { equal: 1 } },
    { name: 'tells of different ones', inGraph: [], revision: 1, rate: 1, counts: { different: 1 } },
    { name: 'compares nothing of two revisions', inGraph: [], revision: 2, rate: 1, counts: { skipped: 1 } },
    { name: 'is not made at rate 0', inGraph: [], revision: 1, rate: 0, counts: {} },
  ]) {
    it(name, async () => {
      const { check, differences } = selfCheck({ inGraph, revision, rate });
      check.consider([parseTestTuple(STORED)], OPTIONS);
      await check.idle();
      assert.deepEqual(check.counts, { equal: 0, different: 0, skipped: 0, ...counts });
      assert.equal(differences.length, check.counts.different);
    });
  }

  it('is skipped when the database does not answer', async () => {
    const { check } = selfCheck({ inGraph: [], revision: 1, rate: 1, isBroken: true });
    check.consider([parseTestTuple(STORED)], OPTIONS);
    await check.idle();
    assert.deepEqual(check.counts, { equal: 0, different: 0, skipped: 1 });
  });

  it('is made for one question at a time, and not again before the interval is over', async () => {
    const { check, reader } = selfCheck({ inGraph: [STORED], revision: 1, rate: 1 });
    for (let i = 0; i < 50; i++) check.consider([parseTestTuple(STORED)], OPTIONS);
    await check.idle();
    for (let i = 0; i < 50; i++) check.consider([parseTestTuple(STORED)], OPTIONS);
    await check.idle();
    assert.equal(check.counts.equal, 1);
    assert.equal(reader.calls, 1);
  });
});

function selfCheck(parts: { inGraph: string[]; revision: number; rate: number; isBroken?: boolean }) {
  const { inGraph, revision, rate, isBroken = false } = parts;
  const graph = new ResidentGraph();
  for (const text of inGraph) graph.insert(parseTestTuple(text));
  const reader = new MemoryReader([parseTestTuple(STORED)]);
  const state = {
    graph,
    revision,
    fresh: async () => revision,
    awaitRevision: async () => revision,
    hold: () => undefined,
  };
  const differences: unknown[] = [];
  const check = new SelfCheck({
    state,
    absent: () => new Set<number>(),
    database: isBroken
      ? { check: () => Promise.reject(new Error('the database is away')) }
      : new SqlPermissionEngine({ persister: reader }),
    rate,
    minIntervalMs: 60_000,
    onDifference: (question, answers) => differences.push([question, answers]),
  });
  return { check, reader, differences };
}
