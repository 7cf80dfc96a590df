import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import { type GraphLoading, loadGraphAside } from '../../src/registry/load-graph-aside.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { inserts, tuples } from '../contract/contract-context.ts';
import { buildProgram } from '../support/built-program.ts';
import { testDatabases } from '../support/databases.ts';

const program = await buildProgram();
after(() => program[Symbol.dispose]());

const MAX_BYTES = 100 * 1024 * 1024;
/** Several pages, and names of every form: short, beyond Latin-1, and longer than a key column. */
const TUPLES: readonly RelationTuple[] = [
  ...tuples(...Array.from({ length: 4500 }, (_, index) => `n:o${index % 900}#r@s${index % 700}-${index}` as const)),
  ...tuples('n:o1#r@(n:o2#r)', 'm:\u{1f600}#r@é', `m:${'long'.repeat(100)}#r@a`),
];

for (const kind of testDatabases().filter(({ name }) => name !== 'SQLite memory')) {
  describe(`a graph that is loaded aside from ${kind.name}`, () => {
    it('has what one has that is filled in this thread, and changes as that does', { timeout: 120_000 }, async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await persister.writeTuples(inserts(TUPLES));
      const graph = await load({ dsn: database.dsn, maxBytes: MAX_BYTES });
      assert.ok(graph !== undefined);
      const expected = new ResidentGraph();
      for (const tuple of TUPLES) expected.insert(tuple);
      assertEqual(graph, expected);
      const [added] = tuples('new:o#r@(n:o1#r)');
      for (const one of [graph, expected]) {
        for (const tuple of TUPLES.slice(0, 3000)) assert.equal(one.delete(tuple), true);
        assert.equal(added && one.insert(added), true);
      }
      assertEqual(graph, expected);
    });

    it('is none when it would be too large', { timeout: 120_000 }, async () => {
      await using database = await kind.create();
      await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      await persister.writeTuples(inserts(TUPLES));
      assert.equal(await load({ dsn: database.dsn, maxBytes: 50_000 }), undefined);
    });
  });
}

it('gives up loading with the reason of the signal', { timeout: 120_000 }, async () => {
  const loading = { dsn: 'memory', maxBytes: MAX_BYTES };
  const reason = new Error('given up');
  await assert.rejects(load(loading, AbortSignal.abort(reason)), reason);
  const controller = new AbortController();
  const running = load(loading, controller.signal);
  controller.abort(reason);
  await assert.rejects(running, reason);
});

it('tells what went wrong in the thread', { timeout: 120_000 }, async () => {
  await assert.rejects(load({ dsn: 'nothing://here', maxBytes: MAX_BYTES }), /"nothing"/);
});

function load(loading: GraphLoading, signal: AbortSignal = new AbortController().signal) {
  return loadGraphAside(program.loadingThread, loading, signal);
}

function assertEqual(graph: ResidentGraph, expected: ResidentGraph): void {
  assert.equal(graph.tupleCount, expected.tupleCount);
  assert.deepEqual(graph.checksum, expected.checksum);
  assert.equal(graph.usedByteSize, expected.usedByteSize);
  for (const namespace of ['n', 'm', 'new']) {
    assert.equal(graph.tupleCountOf(namespace), expected.tupleCountOf(namespace));
    assert.equal(graph.byteSizeOf(namespace), expected.byteSizeOf(namespace));
  }
  for (const tuple of TUPLES) assert.equal(graph.has(tuple), expected.has(tuple));
}
