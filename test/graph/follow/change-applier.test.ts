import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChangeApplier } from '../../../src/graph/follow/change-applier.ts';
import type { Change } from '../../../src/persistence/change-feed.ts';
import type { TupleDelta } from '../../../src/tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES, formatChecksum } from '../../../src/tuple/tuple-checksum.ts';
import { deltas, inserts, tuples } from '../../contract/contract-context.ts';
import { MapGraph } from './map-graph.ts';

function start({
  accepts = () => true,
  // However slow the machine is at this moment: short changes are applied at once.
  maxTurnMs = Number.POSITIVE_INFINITY,
}: {
  accepts?: (namespace: string) => boolean;
  maxTurnMs?: number;
} = {}) {
  const moves: [revision: number, size: number][] = [];
  const divergences: string[] = [];
  const graph = new MapGraph();
  const applier: ChangeApplier<MapGraph> = new ChangeApplier({
    graph,
    revision: 0,
    accepts,
    onMoved: () => moves.push([applier.revision, graph.size]),
    onDiverged: (reason) => divergences.push(reason),
    maxTurnMs,
  });
  return { applier, graph, moves, divergences };
}

function change(revision: number, changed: readonly TupleDelta[], checksum?: string): Change {
  return { revision, committedAt: new Date(), kind: 'tuples', deltas: changed, checksum };
}

const LONG = inserts(tuples(...Array.from({ length: 50_000 }, (_, i) => `n:o${i}#r@a` as const)));

describe('applying changes', () => {
  it('happens at once when they are short', () => {
    const { applier, graph, moves } = start();
    applier.take([change(1, deltas('+n:o#r@a')), change(2, []), change(3, deltas('+n:o#r@b', '-n:o#r@a'))]);
    assert.deepEqual([applier.revision, applier.target, applier.backlog, applier.isWhole], [3, 3, 0, true]);
    assert.deepEqual(graph.tuples(), tuples('n:o#r@b'));
    assert.deepEqual(moves, [[3, 1]]);
  });

  it('takes turns when one is long, and is whole before the first and after the last', async () => {
    const { applier, graph, moves } = start({ maxTurnMs: 4 });
    applier.take([change(1, deltas('+m:o#r@a')), change(2, LONG), change(3, deltas('+m:o#r@b'))]);
    assert.deepEqual([applier.revision, applier.target, applier.isWhole, graph.size], [1, 3, true, 1]);
    const partial = new Set<boolean>();
    const watch = setInterval(() => partial.add(applier.isWhole), 0);
    applier.take([change(4, deltas('+m:o#r@c'))]);
    assert.equal(applier.revision, 1, 'what comes later waits for its turn');
    await applier.idle();
    clearInterval(watch);
    assert.ok(partial.has(false), 'it took several turns');
    assert.deepEqual([applier.revision, applier.backlog, applier.isWhole], [4, 0, true]);
    for (const [revision, size] of moves)
      assert.equal(size, { 1: 1, 2: LONG.length + 1, 3: LONG.length + 2 }[revision] ?? LONG.length + 3);
  });

  it('waits for whoever holds the graph', async () => {
    const { applier, graph, moves } = start();
    applier.take([change(1, deltas('+n:o#r@a'))]);
    const release = applier.hold();
    applier.take([change(2, deltas('+n:o#r@b')), change(3, deltas('+n:o#r@c'))]);
    await new Promise(setImmediate);
    assert.deepEqual([applier.revision, applier.target, applier.isWhole, graph.size], [1, 3, true, 1]);
    const idle = applier.idle();
    release();
    release();
    await idle;
    assert.deepEqual([applier.revision, applier.backlog, graph.size], [3, 0, 3]);
    assert.deepEqual(moves.at(-1), [3, 3]);
    applier.take([change(4, deltas('-n:o#r@b'))]);
    assert.equal(applier.revision, 4, 'what comes afterwards is applied at once');
  });

  it('tells who waits for it when it is stopped while somebody holds the graph', async () => {
    const { applier, graph } = start();
    const release = applier.hold();
    applier.take([change(1, deltas('+n:o#r@a'))]);
    const idle = applier.idle();
    applier.stop();
    await idle;
    release();
    await new Promise(setImmediate);
    assert.equal(graph.size, 0);
  });

  it('refuses a revision that does not follow', () => {
    const { applier } = start();
    assert.throws(() => applier.take([change(2, [])]), /BUG: revision 2 after 0/);
  });

  it('may meet a tuple twice until the graph is complete, and never afterwards', () => {
    const { applier, divergences, graph } = start();
    applier.insertStored(tuples('n:o#r@a')[0] ?? assert.fail());
    applier.take([change(1, deltas('+n:o#r@a', '-n:o#r@gone'))]);
    applier.startVerifying();
    assert.deepEqual(divergences, []);
    applier.take([change(2, deltas('+n:o#r@a')), change(3, deltas('+n:o#r@b'))]);
    assert.deepEqual(divergences, ['revision 2 inserts a tuple that is there']);
    assert.equal(applier.isStopped, true);
    applier.take([change(3, deltas('+n:o#r@b'))]);
    assert.equal(graph.size, 1);
  });

  const checksum = (...texts: string[]) => {
    const lanes = new Uint32Array(CHECKSUM_LANES);
    for (const { tuple } of deltas(...texts)) addTupleChecksum(lanes, tuple, 1);
    return formatChecksum(lanes);
  };

  it('ends at a checksum that does not fit', () => {
    const { applier, divergences } = start();
    applier.startVerifying();
    applier.take([change(1, deltas('+n:o#r@a'), checksum('+n:o#r@a')), change(2, deltas('+n:o#r@b'), undefined)]);
    assert.deepEqual(divergences, []);
    applier.take([change(3, deltas('+n:o#r@c'), checksum('+n:o#r@a', '+n:o#r@c'))]);
    assert.deepEqual(divergences, ['the checksum of revision 3 is another one']);
  });

  it('adds up what is left out, from the first checksum that tells', () => {
    const { applier, divergences } = start({ accepts: (namespace) => namespace === 'in' });
    applier.insertStored(tuples('out:o#r@a')[0] ?? assert.fail());
    applier.insertStored(tuples('in:o#r@a')[0] ?? assert.fail());
    applier.startVerifying();
    applier.verify(checksum('+in:o#r@a', '+out:o#r@a'));
    applier.take([
      change(1, deltas('+out:o#r@b', '-out:o#r@a', '+in:o#r@b'), checksum('+in:o#r@a', '+in:o#r@b', '+out:o#r@b')),
    ]);
    assert.deepEqual(divergences, []);
    applier.take([change(2, deltas('+out:o#r@c'), checksum('+in:o#r@a', '+out:o#r@b', '+out:o#r@c'))]);
    assert.equal(divergences.length, 1);
  });

  it('ends when the graph cannot take a tuple', () => {
    const { applier, divergences, graph } = start();
    graph.insert = () => {
      throw new Error('full');
    };
    applier.take([change(1, deltas('+n:o#r@a'))]);
    assert.deepEqual(divergences, ['revision 1 cannot be applied']);
  });
});
