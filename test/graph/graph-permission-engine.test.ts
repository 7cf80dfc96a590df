import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { EvaluationOptions, PermissionEngine } from '../../src/engine/permission-engine.ts';
import { SthenoError } from '../../src/errors.ts';
import { GraphPermissionEngine } from '../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import { cancellationOf } from '../support/cancellation-of.ts';
import { eventually } from '../support/eventually.ts';
import { GraphEngine } from '../support/graph-engine.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestSet, parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Doc implements Namespace {
      related: { viewers: (User | SubjectSet<Group, "members">)[] }
      permits = { view: (ctx) => this.related.viewers.includes(ctx.subject) }
    }`,
});
const OPTIONS: EvaluationOptions = { model: MODEL, strict: false, maxDepth: 25 };
const QUESTION = parseTestTuple('Doc:d#view@ann');
const MEMBER = [{ kind: 'member' }];
const NOT_MEMBER = [{ kind: 'not-member' }];

describe('a check', () => {
  let persister: OpenedPersister;
  let graph: GraphEngine;

  before(async () => {
    persister = await openPersister({ dsn: 'memory', autoMigrate: true });
    graph = new GraphEngine(persister);
  });
  beforeEach(async () => {
    await persister.deleteTuples({});
    graph.leaveOut([]);
  });
  after(async () => {
    await graph[Symbol.asyncDispose]();
    await persister[Symbol.asyncDispose]();
  });

  it('is answered by the database while the graph is loaded, and by the graph then', async () => {
    await write('Doc:d#viewers@ann');
    graph.leaveOut([]);
    const early = await graph.engine.check([QUESTION], OPTIONS);
    assert.deepEqual([early.source, early.answers], ['database', MEMBER]);
    await graph.following();
    const late = await graph.engine.check([QUESTION], OPTIONS);
    assert.deepEqual([late.source, late.answers, late.queries], ['graph', MEMBER, undefined]);
    assert.equal(late.revision, await persister.readRevision());
  });

  it('sees every write that was acknowledged before', async () => {
    await graph.following();
    for (let round = 0; round < 50; round++) {
      await write('Doc:d#viewers@ann');
      assert.deepEqual((await graph.engine.check([QUESTION], OPTIONS)).answers, MEMBER);
      await remove('Doc:d#viewers@ann');
      assert.deepEqual((await graph.engine.check([QUESTION], OPTIONS)).answers, NOT_MEMBER);
    }
  });

  it('waits for a revision, and says so when it does not come', { timeout: 20_000 }, async () => {
    await graph.following();
    const revision = await write('Doc:d#viewers@ann');
    const result = await graph.engine.check([QUESTION], { ...OPTIONS, minRevision: revision, mayBeStale: true });
    assert.deepEqual([result.source, result.revision, result.answers], ['graph', revision, MEMBER]);
    await assert.rejects(
      graph.engine.check([QUESTION], { ...OPTIONS, minRevision: revision + 1, mayBeStale: true }),
      (error) => error instanceof SthenoError && error.code === 'failed_precondition',
    );
  });

  it('of what is nowhere stored is answered, and leaves no trace in the graph', async () => {
    await write('Doc:d#viewers@ann');
    await graph.following();
    await graph.engine.check([QUESTION], OPTIONS); // The names of a model get numbers when it is first evaluated.
    const names = graph.follower.graph?.names.size;
    const bytes = graph.follower.graph?.byteSize;
    for (const text of ['Doc:x#view@ann', 'Doc:d#view@nobody', 'Group:x#y@(New:n#new)', 'New:n#new@ann']) {
      const { answers, source } = await graph.engine.check([parseTestTuple(text)], OPTIONS);
      assert.equal(source, 'graph');
      assert.notDeepEqual(answers, MEMBER);
    }
    assert.equal(graph.follower.graph?.names.size, names);
    assert.equal(graph.follower.graph?.byteSize, bytes);
  });

  it('that was given up is not evaluated', async () => {
    await graph.following();
    const cancellation = cancellationOf(AbortSignal.abort());
    await assert.rejects(graph.engine.check([QUESTION], { ...OPTIONS, cancellation }), { code: 'canceled' });
  });

  describe('of namespaces that the graph does not have', () => {
    for (const { absent, source } of [
      { absent: ['Group'], source: 'both' },
      { absent: ['Doc'], source: 'both' },
      { absent: ['Doc', 'Group'], source: 'both' },
      { absent: ['Other'], source: 'graph' },
    ]) {
      it(`is answered from ${source} without ${absent.join(' and ')}, at one revision`, async () => {
        await write('Doc:d#viewers@(Group:g#members)', 'Group:g#members@(Group:h#members)', 'Group:h#members@ann');
        graph.leaveOut(absent);
        await graph.following();
        const yes = await graph.engine.check([QUESTION], OPTIONS);
        assert.deepEqual([yes.source, yes.answers], [source, MEMBER]);
        const revision = await remove('Group:h#members@ann');
        const no = await graph.engine.check([QUESTION], OPTIONS);
        assert.deepEqual([no.source, no.answers, no.revision], [source, NOT_MEMBER, revision]);
      });
    }

    it('is answered from the graph alone where they decide nothing', async () => {
      await write('Doc:d#viewers@(Group:g#members)', 'Doc:d#viewers@ann');
      graph.leaveOut(['Group']);
      await graph.following();
      const result = await graph.engine.check([QUESTION], OPTIONS);
      assert.deepEqual([result.source, result.answers], ['graph', MEMBER]);
    });
  });

  it('in a batch is of the revision of all others', async () => {
    await write('Doc:d#viewers@(Group:g#members)', 'Group:g#members@ann', 'Doc:e#viewers@bob');
    await graph.following();
    const questions = ['Doc:d#view@ann', 'Doc:e#view@ann', 'Doc:e#view@bob', 'Doc:d#view@bob', 'Doc:d#zz@ann'];
    const { answers, source } = await graph.engine.check(questions.map(parseTestTuple), OPTIONS);
    assert.equal(source, 'graph');
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['member', 'not-member', 'member', 'not-member', 'error'],
    );
  });

  it('is expanded by the database, and explained', async () => {
    await write('Doc:d#viewers@ann');
    await graph.following();
    const { tree } = await graph.engine.expand(parseTestSet('Doc:d#view'), {
      ...OPTIONS,
      rewrites: true,
      maxNodes: 10,
    });
    assert.ok(tree);
    const { answer } = await graph.engine.explain(QUESTION, { ...OPTIONS, maxSteps: 10 });
    assert.deepEqual(answer, { kind: 'member' });
  });

  function write(...tuples: string[]): Promise<number> {
    return change('insert', tuples);
  }

  function remove(...tuples: string[]): Promise<number> {
    return change('delete', tuples);
  }

  async function change(action: 'insert' | 'delete', tuples: string[]): Promise<number> {
    const deltas = tuples.map((text) => ({ action, tuple: parseTestTuple(text) }));
    return (await persister.writeTuples(deltas)).revision;
  }
});

describe('a check that takes several turns', () => {
  // Twenty layers of groups, each a member of all of the layer before: that nobody is in them takes a hundred thousand steps.
  const graph = new ResidentGraph();
  const tuples = range(20).flatMap((layer) =>
    range(70).flatMap((i) =>
      range(70).map((j) => parseTestTuple(`Group:g${layer}-${i}#members@(Group:g${layer + 1}-${j}#members)`)),
    ),
  );
  for (const tuple of tuples) graph.insert(tuple);
  const question = parseTestTuple('Group:g0-0#members@ann');
  const options = { ...OPTIONS, maxDepth: 65_535 };

  it('lets others have their turn', async () => {
    const state = { graph, revision: 7, fresh: async () => 7, awaitRevision: async () => 7, hold: () => undefined };
    const { engine } = engineOver(state, unreachable());
    let turns = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; turns++) await new Promise(setImmediate);
    })();
    const { answers, source } = await engine.check([question], options);
    isOver = true;
    await counting;
    assert.deepEqual([source, answers], ['graph', NOT_MEMBER]);
    assert.ok(turns > 2, `${turns} turns`);
  });

  it('begins anew when the graph moves on, and leaves it to the database when it keeps moving', async () => {
    const now = async () => state.revision;
    const state = { graph, revision: 7, fresh: now, awaitRevision: now, hold: () => undefined };
    const database = new SqlPermissionEngine({
      persister: new MemoryReader([parseTestTuple('Group:g0-0#members@ann')]),
    });
    const { engine } = engineOver(state, database);
    let isOver = false;
    const moving = (async () => {
      for (; !isOver; state.revision++) await new Promise(setImmediate);
    })();
    const result = await engine.check([question], options);
    isOver = true;
    await moving;
    assert.deepEqual([result.source, result.answers], ['database', MEMBER]);
  });

  it('is answered from the graph where the graph can stay as it is for so long', async () => {
    let holds = 0;
    const hold = () => {
      holds++;
      return () => void holds--;
    };
    const now = async () => state.revision;
    const state = { graph, revision: 7, fresh: now, awaitRevision: now, hold };
    const { engine } = engineOver(state, unreachable());
    let isOver = false;
    const moving = (async () => {
      for (; !isOver; await new Promise(setImmediate)) if (holds === 0) state.revision++;
    })();
    const result = await engine.check([question], options);
    isOver = true;
    await moving;
    assert.deepEqual([result.source, result.answers], ['graph', NOT_MEMBER]);
    assert.equal(holds, 0, 'it goes on afterwards');
  });
});

it('says that the database is busy while checks wait for it, and not for long after', async () => {
  const nobody = async () => undefined;
  const state = { graph: undefined, revision: 0, fresh: nobody, awaitRevision: nobody, hold: () => undefined };
  const reader = new SqlPermissionEngine({ persister: new MemoryReader([QUESTION]) });
  const steps = new EventEmitter();
  const { engine } = engineOver(state, {
    ...unreachable(),
    check: async (questions, options) => {
      const released = once(steps, 'release');
      steps.emit('asked');
      await released;
      return reader.check(questions, options);
    },
  });
  assert.equal(engine.isDatabaseBusy, false);
  const asked = once(steps, 'asked');
  const checking = engine.check([QUESTION], OPTIONS);
  await asked;
  assert.equal(engine.isDatabaseBusy, true);
  steps.emit('release');
  await checking;
  await eventually(() => !engine.isDatabaseBusy);
});

function engineOver(
  state: ConstructorParameters<typeof GraphPermissionEngine>[0]['state'],
  database: PermissionEngine,
): { engine: GraphPermissionEngine } {
  const budget = { absent: new Set<number>(), isAbsent: () => false };
  return { engine: new GraphPermissionEngine({ state, budget, database, both: database }) };
}

function unreachable(): PermissionEngine {
  const fail = (): never => {
    throw new Error('the database must not be asked');
  };
  return { check: fail, expand: fail, explain: fail, listObjects: fail, listSubjects: fail };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
