import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Explanation, ExplanationStep } from '../../src/engine/explanation.ts';
import type { EvaluationOptions, ExplainResult } from '../../src/engine/permission-engine.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import { testDatabases } from '../support/databases.ts';
import { explanationText } from '../support/explanation-text.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { TooManyVisitsError, verifyExplanation } from '../support/verify-explanation.ts';
import { modelOf } from '../support/world.ts';

/** How many random worlds each property is held against; the long run sets it. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 200);
const UNLIMITED_DEPTH = 65_535;
const UNLIMITED_STEPS = 100_000;

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Folder implements Namespace {
      related: {
        parents: Folder[]
        viewers: (User | SubjectSet<Group, "members">)[]
        banned: User[]
        odd: SubjectSet<Folder, "unlike">[]
      }
      permits = {
        view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
        read: (ctx) => this.permits.view(ctx) && !this.related.banned.includes(ctx.subject),
        loop: (ctx) => (this.related.viewers.includes(ctx.subject) && this.permits.loop(ctx)) || this.related.parents.traverse((p) => p.permits.loop(ctx)),
        unlike: (ctx) => !this.related.odd.includes(ctx.subject),
      }
    }`,
});

const TREE = [
  'Folder:a#parents@(Folder:top#)',
  'Folder:top#viewers@(Group:eng#members)',
  'Group:eng#members@(Group:backend#members)',
  'Group:backend#members@ann',
];
const RING = ['Folder:a#parents@(Folder:b#)', 'Folder:b#parents@(Folder:a#)'];

describe('an explanation', () => {
  const cases: { name: string; tuples: string[]; question: string; maxDepth?: number; steps: string[] }[] = [
    {
      name: 'of a yes is the way that grants, with what is not denied',
      tuples: TREE,
      question: 'Folder:a#read@ann',
      steps: [
        'check Folder:a#read: member',
        '  and Folder#read[]: member',
        '    computed Folder#read[0] to Folder:a#view: member',
        '      or Folder#view[]: member',
        '        traverse Folder#view[1] to Folder:a#parents: member',
        '          subject-set Folder:a#parents@Folder:top to Folder:top#view: member',
        '            or Folder#view[]: member',
        '              computed Folder#view[0] to Folder:top#viewers: member',
        '                subject-set Folder:top#viewers@Group:eng#members to Group:eng#members: member',
        '                  subject-set Group:eng#members@Group:backend#members to Group:backend#members: member',
        '                    direct Group:backend#members@ann: member',
        '    not Folder#read[1]: member',
        '      computed Folder#read[1,0] to Folder:a#banned: not-member',
        '        direct Folder:a#banned@ann: not-member',
      ],
    },
    {
      name: 'of a no below an and is the operand that denies',
      tuples: [...TREE, 'Folder:a#banned@ann'],
      question: 'Folder:a#read@ann',
      steps: [
        'check Folder:a#read: not-member',
        '  direct Folder:a#read@ann: not-member',
        '  and Folder#read[]: not-member',
        '    not Folder#read[1]: not-member',
        '      computed Folder#read[1,0] to Folder:a#banned: member',
        '        direct Folder:a#banned@ann: member',
      ],
    },
    {
      name: 'of a no is all that was tried, and a cycle adds nothing',
      tuples: RING,
      question: 'Folder:a#view@ann',
      steps: [
        'check Folder:a#view: not-member',
        '  direct Folder:a#view@ann: not-member',
        '  or Folder#view[]: not-member',
        '    computed Folder#view[0] to Folder:a#viewers: not-member',
        '      direct Folder:a#viewers@ann: not-member',
        '    traverse Folder#view[1] to Folder:a#parents: not-member',
        '      subject-set Folder:a#parents@Folder:b to Folder:b#view: not-member',
        '        direct Folder:b#view@ann: not-member',
        '        or Folder#view[]: not-member',
        '          computed Folder#view[0] to Folder:b#viewers: not-member',
        '            direct Folder:b#viewers@ann: not-member',
        '          traverse Folder#view[1] to Folder:b#parents: not-member',
        '            subject-set Folder:b#parents@Folder:a to Folder:a#view: not-member, cycle',
        '              direct Folder:a#view@ann: not-member',
      ],
    },
    {
      name: 'of a yes on a cycle is the way out of it',
      tuples: [...RING, 'Folder:b#viewers@ann'],
      question: 'Folder:a#view@ann',
      steps: [
        'check Folder:a#view: member',
        '  or Folder#view[]: member',
        '    traverse Folder#view[1] to Folder:a#parents: member',
        '      subject-set Folder:a#parents@Folder:b to Folder:b#view: member',
        '        or Folder#view[]: member',
        '          computed Folder#view[0] to Folder:b#viewers: member',
        '            direct Folder:b#viewers@ann: member',
      ],
    },
    {
      name: 'of an unknown leads to where the depth ran out',
      tuples: TREE,
      question: 'Folder:a#view@ann',
      maxDepth: 2,
      steps: [
        'check Folder:a#view: unknown (depth)',
        '  or Folder#view[]: unknown (depth)',
        '    traverse Folder#view[1] to Folder:a#parents: unknown (depth)',
        '      subject-set Folder:a#parents@Folder:top to Folder:top#view: unknown (depth)',
        '        or Folder#view[]: unknown (depth)',
        '          computed Folder#view[0] to Folder:top#viewers: unknown (depth), limit',
      ],
    },
    {
      name: 'of an error leads to the relation that is not declared',
      tuples: ['Folder:a#parents@(User:u#)', 'Folder:a#parents@(Group:g#)'],
      question: 'Folder:a#view@ann',
      steps: [
        'check Folder:a#view: error (relation "view" does not exist)',
        '  or Folder#view[]: error (relation "view" does not exist)',
        '    traverse Folder#view[1] to Folder:a#parents: error (relation "view" does not exist)',
        '      subject-set Folder:a#parents@Group:g to Group:g#view: error (relation "view" does not exist)',
      ],
    },
    {
      name: 'of an error shows it also when the depth ran out beside a cycle',
      tuples: [
        'Folder:a#parents@(Group:g#)',
        'Folder:a#viewers@(Group:x#members)',
        'Group:x#members@(Group:y#members)',
      ],
      question: 'Folder:a#loop@ann',
      maxDepth: 2,
      steps: [
        'check Folder:a#loop: error (relation "loop" does not exist)',
        '  or Folder#loop[]: error (relation "loop" does not exist)',
        '    traverse Folder#loop[1] to Folder:a#parents: error (relation "loop" does not exist)',
        '      subject-set Folder:a#parents@Group:g to Group:g#loop: error (relation "loop" does not exist)',
      ],
    },
    {
      name: 'of a paradox goes round once',
      tuples: ['Folder:a#odd@(Folder:a#unlike)'],
      question: 'Folder:a#unlike@ann',
      steps: [
        'check Folder:a#unlike: error (relation "odd" depends on its own negation)',
        '  or Folder#unlike[]: error (relation "odd" depends on its own negation)',
        '    not Folder#unlike[0]: error (relation "odd" depends on its own negation)',
        '      computed Folder#unlike[0,0] to Folder:a#odd: error (relation "odd" depends on its own negation)',
        '        subject-set Folder:a#odd@Folder:a#unlike to Folder:a#unlike: error (relation "odd" depends on its own negation), cycle',
      ],
    },
    {
      name: 'of a set that is met twice has its parts once',
      tuples: [
        'Group:g#members@(Group:a#members)',
        'Group:g#members@(Group:b#members)',
        'Group:a#members@(Group:b#members)',
      ],
      question: 'Group:g#members@ann',
      steps: [
        'check Group:g#members: not-member',
        '  direct Group:g#members@ann: not-member',
        '  subject-set Group:g#members@Group:a#members to Group:a#members: not-member',
        '    direct Group:a#members@ann: not-member',
        '    subject-set Group:a#members@Group:b#members to Group:b#members: not-member, repeated',
        '      direct Group:b#members@ann: not-member',
        '  subject-set Group:g#members@Group:b#members to Group:b#members: not-member',
        '    direct Group:b#members@ann: not-member',
      ],
    },
  ];
  for (const { name, tuples, question, maxDepth = 25, steps } of cases) {
    it(name, async () => {
      const { explanation } = await explain(tuples, question, { model: MODEL, strict: false, maxDepth });
      assert.deepEqual(explanationText(explanation), steps);
    });
  }

  it('of a check that was given up for its size says so', async () => {
    const tuples = Array.from({ length: 50 }, (_, i) => `Group:g${i}#members@(Group:g${i + 1}#members)`);
    const engine = new SqlPermissionEngine({ persister: new MemoryReader(tuples.map(parseTestTuple)), maxSteps: 30 });
    const options = { model: MODEL, strict: false, maxDepth: 100, maxSteps: UNLIMITED_STEPS };
    const { answer, explanation } = await engine.explain(parseTestTuple('Group:g0#members@ann'), options);
    assert.deepEqual(answer, { kind: 'unknown', limitation: 'nodes' });
    assert.deepEqual(explanation.root.answer, answer);
    assert.ok(stepsOf(explanation).some(({ omitted }) => omitted === 'limit'));
  });

  it('has no more steps than asked for, those that are near the question', async () => {
    const size = 100;
    const tuples = Array.from({ length: size }, (_, i) => `Group:g${i}#members@(Group:g${(i + 1) % size}#members)`);
    const engine = new SqlPermissionEngine({ persister: new MemoryReader(tuples.map(parseTestTuple)) });
    const options = { model: MODEL, strict: false, maxDepth: UNLIMITED_DEPTH, maxSteps: 4 };
    const { explanation } = await engine.explain(parseTestTuple('Group:g0#members@ann'), options);
    assert.deepEqual(explanationText(explanation), [
      'check Group:g0#members: not-member',
      '  direct Group:g0#members@ann: not-member',
      '  subject-set Group:g0#members@Group:g1#members to Group:g1#members: not-member, size',
      '    direct Group:g1#members@ann: not-member',
      '…',
    ]);
  });
});

describe('explanations of random worlds', () => {
  it('have the answer of the check, whatever its depth', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 9 }), async (world, maxDepth) => {
      await eachQuestion(world, maxDepth, (result, question) => assertAnswers(result, question, world));
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('derive each yes and exhaust each no by the rules of the model', async () => {
    const property = fc.asyncProperty(randomWorld, async (world) => {
      await eachQuestion(world, UNLIMITED_DEPTH, ({ answer, explanation }, question) => {
        if (answer.kind !== 'member' && answer.kind !== 'not-member') return;
        verify(explanation, question, world);
      });
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('derive also what was found within a depth', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 6 }), async (world, maxDepth) => {
      await eachQuestion(world, maxDepth, ({ answer, explanation }, question) => {
        if (answer.kind === 'member' || answer.kind === 'not-member') verify(explanation, question, world);
      });
    });
    await fc.assert(property, { numRuns: RUNS });
  });

  it('are the beginning of the whole one when there is no room for all', async () => {
    const property = fc.asyncProperty(randomWorld, fc.integer({ min: 1, max: 12 }), async (world, maxSteps) => {
      const engine = new SqlPermissionEngine({ persister: new MemoryReader(world.tuples) });
      for (const question of world.questions) {
        const options = { model: world.model, strict: world.strict, maxDepth: 9 };
        const whole = await engine.explain(question, { ...options, maxSteps: UNLIMITED_STEPS });
        const { answer, explanation } = await engine.explain(question, { ...options, maxSteps });
        const size = stepsOf(whole.explanation).length;
        assert.deepEqual(answer, whole.answer);
        assert.equal(stepsOf(explanation).length, Math.min(size, maxSteps));
        assert.equal(explanation.truncated, size > maxSteps);
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

for (const kind of testDatabases()) {
  it(`an explanation over ${kind.name} is of one revision`, async () => {
    await using database = await kind.create();
    await using persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
    const tuples = TREE.map(parseTestTuple);
    const { revision } = await persister.writeTuples(tuples.map((tuple) => ({ action: 'insert', tuple })));
    const engine = new SqlPermissionEngine({ persister });
    const options = { model: MODEL, strict: false, maxDepth: 25, maxSteps: UNLIMITED_STEPS };
    const question = parseTestTuple('Folder:a#read@ann');
    const result = await engine.explain(question, { ...options, minRevision: revision });
    assert.equal(result.revision, revision);
    verify(result.explanation, question, { model: MODEL, tuples, strict: false });
  });
}

async function explain(
  tuples: readonly string[],
  question: string,
  options: EvaluationOptions,
): Promise<ExplainResult> {
  const engine = new SqlPermissionEngine({ persister: new MemoryReader(tuples.map(parseTestTuple)) });
  return engine.explain(parseTestTuple(question), { ...options, maxSteps: UNLIMITED_STEPS });
}

async function eachQuestion(
  world: RandomWorld,
  maxDepth: number,
  look: (result: ExplainResult, question: RelationTuple) => void,
): Promise<void> {
  const engine = new SqlPermissionEngine({ persister: new MemoryReader(world.tuples) });
  for (const question of world.questions) {
    const options = { model: world.model, strict: world.strict, maxDepth };
    const result = await engine.explain(question, { ...options, maxSteps: UNLIMITED_STEPS });
    const { answers } = await engine.check([question], options);
    assert.deepEqual(result.answer, answers[0]);
    look(result, question);
  }
}

/** What holds of every explanation: unknowns lead to a limit or round a cycle, errors to a relation without an answer. */
function assertAnswers({ answer, explanation }: ExplainResult, question: RelationTuple, { model }: RandomWorld): void {
  assert.deepEqual(explanation.root.answer, answer);
  const steps = stepsOf(explanation);
  if (answer.kind === 'unknown') {
    assert.ok(steps.every((step) => step.answer.kind === 'unknown'));
    const ends = steps.filter(({ children }) => children.length === 0);
    assert.ok(ends.every(({ omitted }) => omitted !== undefined && omitted !== 'size'));
    assert.ok(ends.some(({ omitted }) => omitted === 'limit' || omitted === 'cycle'));
  }
  if (answer.kind === 'error') {
    assert.ok(steps.every((step) => step.answer.kind === 'error' && step.answer.error.reason === answer.error.reason));
    const isPlace = (step: ExplanationStep): boolean =>
      'set' in step && model.declaration(step.set.namespace, step.set.relation) === 'undeclared';
    const isParadox = answer.error.code === 'failed_precondition';
    assert.ok(
      steps.some((step) => (isParadox ? step.omitted === 'cycle' : isPlace(step))),
      `${formatTuple(question)} leads to its error`,
    );
  }
}

function verify(
  explanation: Explanation,
  question: RelationTuple,
  world: Parameters<typeof verifyExplanation>[2],
): void {
  try {
    verifyExplanation(explanation, question, world);
  } catch (error) {
    if (error instanceof TooManyVisitsError) return;
    const { strict, tuples } = world;
    const context = [strict ? 'strict' : 'not strict', ...tuples.map(formatTuple), '', ...explanationText(explanation)];
    throw new Error(`${formatTuple(question)}: ${String(error)}\n${context.join('\n')}`, { cause: error });
  }
}

function stepsOf({ root }: Explanation): ExplanationStep[] {
  const steps: ExplanationStep[] = [root];
  // The list grows while it is walked.
  for (const step of steps) steps.push(...step.children);
  return steps;
}
