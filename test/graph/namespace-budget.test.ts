import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { NamespaceBudget } from '../../src/graph/namespace-budget.ts';
import type { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';

/** What a store of these namespaces holds. */
type Store = Readonly<Record<string, number>>;

describe('the budget of a graph', () => {
  it('holds everything as long as it fits', async () => {
    const { budget, changes } = budgetOf(bytesOf({ Doc: 5000, Group: 5000 }));
    load(budget, { Doc: 5000, Group: 4000 });
    await setImmediate();
    assert.deepEqual(changes, []);
    assert.equal(budget.absent.size, 0);
  });

  it('lets the largest namespace go first, and only as many as have to', async () => {
    const store = { Doc: 6000, Folder: 9000, Group: 3000 };
    const { budget, changes } = budgetOf(bytesOf({ Doc: 6000, Group: 6000 }));
    await loadUntilItFits(budget, store, changes);
    assert.deepEqual(changes, [['Folder']]);
    assert.deepEqual(
      [budget.isAbsent('Folder'), budget.isAbsent('Doc'), budget.isAbsent('Group')],
      [true, false, false],
    );
    assert.equal(budget.graph?.tupleCount, 9000);
    assert.ok(budget.absent.has(budget.graph?.names.find('Folder') ?? -1));
  });

  it('goes on without any namespace when none fits', async () => {
    const { budget, changes } = budgetOf(10_000);
    await loadUntilItFits(budget, { Doc: 3000, Group: 4000 }, changes);
    assert.deepEqual(changes.at(-1)?.toSorted(), ['Doc', 'Group']);
    assert.equal(budget.graph?.tupleCount, 0);
  });

  it('takes the smallest back once there is clearly room for it', async () => {
    const { budget, changes } = budgetOf(bytesOf({ Doc: 6000, Group: 6000 }));
    await loadUntilItFits(budget, { Doc: 6000, Folder: 9000, Group: 3000 }, changes);
    budget.review();
    await setImmediate();
    assert.equal(changes.length, 1, 'there is no room yet');
    // It is loaded anew, as after a restart of the feed, when much has been deleted.
    load(budget, { Doc: 500, Folder: 9000, Group: 500 });
    budget.review();
    await setImmediate();
    assert.equal(changes.length, 1, 'it takes as many tuples as were counted when it was passed by');
    load(budget, { Doc: 500, Folder: 2000, Group: 500 });
    budget.review();
    assert.equal(budget.isAbsent('Folder'), true, 'this graph does not have it');
    await setImmediate();
    assert.deepEqual(changes, [['Folder'], []]);
    load(budget, { Doc: 500, Folder: 2000, Group: 500 });
    assert.equal(budget.isAbsent('Folder'), false);
    assert.equal(budget.graph?.tupleCount, 3000);
  });

  it('sees names of relations that no set has any more, and none of those that were never one', () => {
    const { budget } = budgetOf(100_000_000);
    const graph = budget.createGraph();
    for (let i = 0; i < 20_000; i++) graph.names.intern(`declared${i}`);
    assert.equal(budget.hasUnusedNames(), false);
    const tuples = Array.from({ length: 10_000 }, (_, i) => parseTestTuple(`Doc:o#relation${i}@(Doc:p#other${i})`));
    const [before, bytes] = [graph.usedByteSize, graph.byteSize];
    for (const tuple of tuples) graph.insert(tuple);
    assert.ok(graph.usedByteSize - before > 20_000 * 80 && graph.byteSize - bytes > 20_000 * 80);
    assert.equal(budget.hasUnusedNames(), false);
    for (const tuple of tuples.slice(0, 2_000)) graph.delete(tuple);
    assert.equal(budget.hasUnusedNames(), false);
    for (const tuple of tuples.slice(2_000)) graph.delete(tuple);
    assert.equal(budget.hasUnusedNames(), true);
    for (const tuple of tuples) graph.insert(tuple);
    assert.equal(budget.hasUnusedNames(), false);
    budget.createGraph();
    assert.equal(budget.hasUnusedNames(), false);
  });

  for (const [name, tuple] of [
    ['objects', (i: number) => `Long:${'o'.repeat(1000)}${i}#viewers@u${i % 100}`],
    ['subjects', (i: number) => `Long:o${i}#viewers@${'u'.repeat(1000)}${i}`],
  ] as const) {
    it(`leaves out few tuples with long ${name}, which would have to go again at once`, async () => {
      const { budget, changes } = budgetOf(1_000_000);
      const fill = async () => {
        const graph = budget.createGraph();
        for (let i = 0; i < 1000; i++) if (budget.accepts('Doc')) graph.insert(parseTestTuple(`Doc:o${i}#viewers@u1`));
        for (let i = 0; i < 2000; i++) if (budget.accepts('Long')) graph.insert(parseTestTuple(tuple(i)));
        await setImmediate();
      };
      await fill();
      assert.deepEqual(changes, [['Long']]);
      await fill();
      budget.review();
      await setImmediate();
      assert.deepEqual(changes, [['Long']]);
    });
  }
});

function budgetOf(maxBytes: number): { budget: NamespaceBudget; changes: (readonly string[])[] } {
  const changes: (readonly string[])[] = [];
  return { budget: new NamespaceBudget({ maxBytes, onChange: (absent) => changes.push(absent) }), changes };
}

/** Loads a store again and again, as is done whenever the budget asks for it. */
async function loadUntilItFits(budget: NamespaceBudget, store: Store, changes: readonly unknown[]): Promise<void> {
  for (let before = -1; before !== changes.length; ) {
    before = changes.length;
    load(budget, store);
    await setImmediate();
  }
}

function load(budget: NamespaceBudget, store: Store): ResidentGraph {
  const graph = budget.createGraph();
  for (const [namespace, count] of Object.entries(store)) {
    for (let i = 0; i < count; i++) {
      if (budget.accepts(namespace)) graph.insert(parseTestTuple(`${namespace}:o${i}#viewers@u${i % 100}`));
    }
  }
  return graph;
}

/** The memory that a graph of a store takes. */
function bytesOf(store: Store): number {
  const { budget } = budgetOf(Number.POSITIVE_INFINITY);
  return load(budget, store).usedByteSize;
}
