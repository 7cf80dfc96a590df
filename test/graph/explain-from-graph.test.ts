import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ExplainResult } from '../../src/engine/permission-engine.ts';
import { EvaluationPool } from '../../src/graph/evaluation-pool.ts';
import { explainFromGraph } from '../../src/graph/explain-from-graph.ts';
import type { FollowedState } from '../../src/graph/followed-state.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { isSameAnswer } from '../../src/graph/same-answer.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, SubjectSet } from '../../src/tuple/relation-tuple.ts';
import { explanationText } from '../support/explanation-text.ts';
import { GraphEngine } from '../support/graph-engine.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { randomWorld } from '../support/random-world.ts';
import { TooManyVisitsError, verifyExplanation } from '../support/verify-explanation.ts';
import { modelOf } from '../support/world.ts';

/** How many random worlds are asked; the long run sets it. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 100);
const REVISION = 7;
const LIMITS = { maxSteps: 100_000, maxCheckSteps: 1_000_000, pool: new EvaluationPool() };

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Doc implements Namespace {
      related: { viewers: (User | SubjectSet<Group, "members">)[] }
      permits = { view: (ctx) => this.related.viewers.includes(ctx.subject) }
    }`,
});
const OPTIONS = { model: MODEL, strict: false, maxDepth: 25 };
const TUPLES = ['Doc:d#viewers@(Group:eng#members)', 'Group:eng#members@ann'].map(parseTestTuple);
const NOBODY = { kind: 'id', id: 'nobody' } as const;
const QUESTION = parseTestTuple('Doc:d#view@ann');
const WHY = [
  'check Doc:d#view: member',
  '  or Doc#view[]: member',
  '    computed Doc#view[0] to Doc:d#viewers: member',
  '      subject-set Doc:d#viewers@Group:eng#members to Group:eng#members: member',
  '        direct Group:eng#members@ann: member',
];

describe('an explanation from the graph', () => {
  it('is of the revision of the graph', async () => {
    const state = stateOf(TUPLES);
    const result = await explain(state, QUESTION);
    assert.equal(result?.revision, REVISION);
    assert.deepEqual(result.answer, { kind: 'member' });
    assert.deepEqual(explanationText(result.explanation), WHY);
    assert.deepEqual(state.log, ['hold', 'release']);
  });

  it('follows the rules of the model, in random worlds', async () => {
    const property = fc.asyncProperty(randomWorld, async (world) => {
      const database = new SqlPermissionEngine({ persister: new MemoryReader(world.tuples) });
      const options = { model: world.model, strict: world.strict, maxDepth: 65_535 };
      for (const question of world.questions) {
        const { answers } = await database.check([question], options);
        const state = stateOf(world.tuples);
        const result = await explainFromGraph(question, { ...options, ...LIMITS }, { state, isAbsent: () => false });
        assert.ok(result !== undefined && answers[0] !== undefined && isSameAnswer(result.answer, answers[0]));
        if (result.answer.kind === 'member' || result.answer.kind === 'not-member') verify(result, question, world);
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('is not given when a namespace on the way is not in it', async () => {
    assert.equal(await explain(stateOf(TUPLES), QUESTION, ['Group']), undefined);
    assert.ok(await explain(stateOf(TUPLES), QUESTION, ['User']));
  });

  it('is not given when the graph moves on in between, where it takes several turns', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => parseTestTuple(`Doc:d#viewers@(Group:${i}#members)`));
    const state = stateOf([...many, ...many.map(({ subject }) => ({ ...(subject as SubjectSet), subject: NOBODY }))]);
    const explaining = explain(state, QUESTION);
    state.revision++;
    assert.equal(await explaining, undefined);
    assert.deepEqual(state.log, ['hold', 'release']);
  });

  it('is not given without a graph', async () => {
    const state = { ...stateOf(TUPLES), graph: undefined };
    assert.equal(await explain(state, QUESTION), undefined);
  });
});

it('an engine with a graph explains what it answers, also where namespaces are left out', async () => {
  await using persister = await openPersister({ dsn: 'memory', autoMigrate: true });
  await using graph = new GraphEngine(persister);
  await graph.following();
  for (const absent of [[], ['Group'], ['Doc']]) {
    graph.leaveOut(absent);
    await graph.following();
    await persister.writeTuples(TUPLES.map((tuple) => ({ action: 'insert', tuple })));
    const { answer, explanation, revision } = await graph.engine.explain(QUESTION, { ...OPTIONS, maxSteps: 100 });
    assert.deepEqual(answer, { kind: 'member' }, `without ${absent}`);
    assert.deepEqual(explanationText(explanation), WHY);
    assert.equal(revision, await persister.readRevision());
    await persister.deleteTuples({});
  }
});

interface TestState extends FollowedState {
  revision: number;
  readonly log: string[];
}

/** A graph that stays as it is. */
function stateOf(tuples: readonly RelationTuple[]): TestState {
  const graph = new ResidentGraph();
  for (const tuple of tuples) graph.insert(tuple);
  const log: string[] = [];
  return {
    graph,
    revision: REVISION,
    log,
    fresh: async () => REVISION,
    awaitRevision: async () => REVISION,
    hold: () => {
      log.push('hold');
      return () => log.push('release');
    },
  };
}

function explain(
  state: FollowedState,
  question: RelationTuple,
  absent: readonly string[] = [],
): Promise<ExplainResult | undefined> {
  return explainFromGraph(question, { ...OPTIONS, ...LIMITS }, { state, isAbsent: (name) => absent.includes(name) });
}

function verify(
  { explanation }: ExplainResult,
  question: RelationTuple,
  world: Parameters<typeof verifyExplanation>[2],
): void {
  try {
    verifyExplanation(explanation, question, world);
  } catch (error) {
    if (!(error instanceof TooManyVisitsError)) throw error;
  }
}
