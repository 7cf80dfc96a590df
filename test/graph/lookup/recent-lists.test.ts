import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FollowedState } from '../../../src/graph/followed-state.ts';
import { GraphPermissionEngine } from '../../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../../src/graph/sql-permission-engine.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { allPages, assertListsAgree, compareBytes } from '../../support/list-agreement.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { parseTestTuple } from '../../support/parse-test-tuple.ts';
import { randomWorld } from '../../support/random-world.ts';
import { modelOf } from '../../support/world.ts';

const MODEL = modelOf({
  opl: `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: User[], banned: User[] }
  permits = {
    read: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) && !this.related.banned.includes(ctx.subject),
  }
}`,
});
const OPTIONS = { model: MODEL, strict: false, maxDepth: 25 };
const QUESTION = { namespace: 'Doc', relation: 'read', subject: { kind: 'id', id: 'ann' } } as const;
const NAMES = Array.from({ length: 500 }, (_, i) => `doc-${(i * 7919) % 500}`);

describe('a list that is asked for again', () => {
  it('is as it was, in pages of every size and from every place', async () => {
    const { engine } = world();
    const expected = NAMES.toSorted(compareBytes);
    for (const limit of [7, undefined, 100, 1]) {
      assert.deepEqual(
        await allPages((page) => engine.listObjects(QUESTION, { ...OPTIONS, ...page }), limit),
        expected,
      );
    }
    const { found } = await engine.listObjects(QUESTION, { ...OPTIONS, after: ['doc-250'], limit: 3 });
    assert.deepEqual(found, expected.slice(expected.indexOf('doc-250') + 1).slice(0, 3));
  });

  it('begins earlier than before, when it is asked for from an earlier place', async () => {
    const { engine } = world();
    const expected = NAMES.toSorted(compareBytes);
    for (const start of [400, 200, 300, 0]) {
      const after = start === 0 ? undefined : [expected[start - 1] ?? ''];
      const { found } = await engine.listObjects(QUESTION, { ...OPTIONS, after, limit: 10 });
      assert.deepEqual(found, expected.slice(start, start + 10));
    }
  });

  it('goes on with what is stored now when tuples came and went between its pages', async () => {
    const { engine, state } = world();
    const first = await engine.listObjects(QUESTION, { ...OPTIONS, limit: 100 });
    state.change([parseTestTuple('Doc:doc-99#banned@ann'), parseTestTuple('Doc:doc-999#viewers@ann')]);
    const rest = await engine.listObjects(QUESTION, { ...OPTIONS, after: first.next });
    const expected = [...NAMES.filter((name) => name !== 'doc-99'), 'doc-999'].sort(compareBytes);
    assert.deepEqual(rest.found, expected.slice(100));
    assert.deepEqual([first.revision, rest.revision], [1, 2]);
  });

  it('is not that of another model, mode, depth or question', async () => {
    const { engine, state } = world();
    const far = ['Doc:far#viewers@(Group:a#members)', 'Group:a#members@(Group:b#members)', 'Group:b#members@ann'];
    state.change(far.map(parseTestTuple));
    const list = async (options: Partial<typeof OPTIONS>, relation = 'read') =>
      (await engine.listObjects({ ...QUESTION, relation }, { ...OPTIONS, ...options })).found.length;
    assert.equal(await list({}), NAMES.length + 1);
    assert.equal(await list({ maxDepth: 1 }), NAMES.length);
    assert.equal(await list({}, 'banned'), 0);
    const other = modelOf({
      opl: `class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: User[], banned: User[] }
  permits = { read: (ctx: Context): boolean => this.related.banned.includes(ctx.subject) }
}`,
    });
    assert.equal(await list({ model: other }), 0);
    assert.equal(await list({}), NAMES.length + 1);
  });

  it('is the same for several who ask at once', async () => {
    const { engine } = world();
    const pages = await Promise.all(
      [3, 50, 1, 11].map((limit) => allPages((page) => engine.listObjects(QUESTION, { ...OPTIONS, ...page }), limit)),
    );
    for (const found of pages) assert.deepEqual(found, NAMES.toSorted(compareBytes));
  });

  it('is what checks say yes to, in random worlds, also the second time', async () => {
    const property = fc.asyncProperty(randomWorld, async (asked) => {
      const { engine } = engineOf(asked.tuples);
      await assertListsAgree(asked, [engine]);
      await assertListsAgree(asked, [engine]);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

function world(): ReturnType<typeof engineOf> {
  return engineOf(NAMES.map((name) => parseTestTuple(`Doc:${name}#viewers@ann`)));
}

function engineOf(tuples: readonly RelationTuple[]): { engine: GraphPermissionEngine; state: ChangingState } {
  const state = new ChangingState(tuples);
  const database = new SqlPermissionEngine({ persister: new MemoryReader([]) });
  const budget = { absent: new Set<number>(), isAbsent: () => false };
  return { engine: new GraphPermissionEngine({ state, budget, database, both: database }), state };
}

class ChangingState implements FollowedState {
  readonly graph: ResidentGraph = new ResidentGraph();
  revision = 1;

  constructor(tuples: readonly RelationTuple[]) {
    for (const tuple of tuples) this.graph.insert(tuple);
  }

  change(tuples: readonly RelationTuple[]): void {
    for (const tuple of tuples) this.graph.insert(tuple);
    this.revision++;
  }

  fresh = async (): Promise<number> => this.revision;
  awaitRevision = async (): Promise<number> => this.revision;
  hold = (): (() => void) => () => {};
}
