import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { ExpandTree } from '../../src/engine/permission-engine.ts';
import { SthenoError } from '../../src/errors.ts';
import { type EngineStorage, SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { RewriteChild } from '../../src/namespace/namespace.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, Subject, SubjectSet } from '../../src/tuple/relation-tuple.ts';
import { formatSubjectSet, formatTuple } from '../../src/tuple/tuple-text.ts';
import { createSqliteMemory } from '../support/databases.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { hasMember } from '../support/tree-members.ts';

const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 600);
/** Deeper than any way without a repetition in a random world. */
const MAX_DEPTH = 1000;
/** Every row on every way becomes a node: the few worlds whose trees are larger are not looked at. */
const MAX_TREE_NODES = 5000;

/** What a run looked at, so that it can be seen that it looked at something. */
interface Tally {
  members: number;
  others: number;
  tooLarge: number;
}

describe('who is in an expanded tree and whom a check affirms are the same', () => {
  it('over tuples in memory', async () => {
    await agreeOn(RUNS, async (tuples) => new MemoryReader(tuples));
  });

  describe('over SQLite', () => {
    let persister: OpenedPersister;

    before(async () => {
      persister = await openPersister({ dsn: (await createSqliteMemory()).dsn });
    });
    after(() => persister[Symbol.asyncDispose]());

    it('with the tuples of each world written over those of the last', async () => {
      await agreeOn(Math.ceil(RUNS / 5), async (tuples) => {
        await persister.deleteTuples({});
        await persister.writeTuples(tuples.map((tuple) => ({ action: 'insert', tuple })));
        return persister;
      });
    });
  });
});

async function agreeOn(runs: number, store: (tuples: readonly RelationTuple[]) => Promise<EngineStorage>) {
  const tally: Tally = { members: 0, others: 0, tooLarge: 0 };
  const property = fc.asyncProperty(randomWorld, async (world) => {
    const comparable = withoutHiddenRows(world);
    const engine = new SqlPermissionEngine({ persister: await store(comparable.tuples), maxSteps: MAX_TREE_NODES });
    for (const set of setsOf(comparable)) await compare(comparable, set, engine, tally);
  });
  await fc.assert(property, { numRuns: runs });
  assert.ok(tally.members > runs && tally.others > runs, JSON.stringify(tally));
  assert.ok(tally.tooLarge < runs, JSON.stringify(tally));
}

async function compare(world: RandomWorld, set: SubjectSet, engine: SqlPermissionEngine, tally: Tally): Promise<void> {
  const { model, strict } = world;
  const tree = await expand(world, set, engine);
  if (tree === 'too large') {
    tally.tooLarge++;
    return;
  }
  const subjects = subjectsOf(world);
  const questions = subjects.map((subject): RelationTuple => ({ ...set, subject }));
  const { answers } = await engine.check(questions, { model, strict, maxDepth: MAX_DEPTH });
  for (const [index, question] of questions.entries()) {
    const answer = answers[index]?.kind;
    // Without an answer, for an undeclared relation or a paradox, there is nothing to agree with.
    if (answer === 'error' || answer === 'unknown') continue;
    const isMember = tree !== undefined && hasMember(tree, question.subject, model);
    if (answer !== (isMember ? 'member' : 'not-member')) assert.fail(describeDifference(world, question, tree));
    if (isMember) tally.members++;
    else tally.others++;
  }
}

async function expand(
  { model, strict }: RandomWorld,
  set: SubjectSet,
  engine: SqlPermissionEngine,
): Promise<ExpandTree | undefined | 'too large'> {
  const options = { model, strict, maxDepth: MAX_DEPTH, rewrites: true, maxNodes: Number.MAX_SAFE_INTEGER };
  try {
    return (await engine.expand(set, options)).tree;
  } catch (error) {
    if (error instanceof SthenoError && error.code === 'resource_exhausted') return 'too large';
    throw error;
  }
}

/**
 * What is stored under a permit's name or the empty relation is not shown, and counts outside
 * strict mode (contract: expand §2, §4, OPL C3).
 */
function withoutHiddenRows(world: RandomWorld): RandomWorld {
  if (world.strict) return world;
  const isShown = ({ namespace, relation }: RelationTuple): boolean => {
    const declaration = world.model.declaration(namespace, relation);
    return relation !== '' && (typeof declaration === 'string' || declaration.rewrite === undefined);
  };
  return { ...world, tuples: world.tuples.filter(isShown) };
}

function setsOf({ questions }: RandomWorld): SubjectSet[] {
  return questions.map(({ namespace, object, relation }) => ({ namespace, object, relation }));
}

/** Strict mode does not show ids (contract: expand §3), and a tree with traverses does not tell which sets are stored. */
function subjectsOf({ strict, namespaces, tuples, questions }: RandomWorld): Subject[] {
  const subjects = [...tuples, ...questions].map(({ subject }) => subject);
  const traverses = namespaces.some(({ relations }) =>
    relations.some(({ rewrite }) => rewrite && isTraversing(rewrite)),
  );
  return subjects.filter(({ kind }) => (kind === 'id' ? !strict : !traverses));
}

function isTraversing(child: RewriteChild): boolean {
  if (child.kind === 'traverse') return true;
  if (child.kind === 'invert') return isTraversing(child.child);
  return 'children' in child && child.children.some(isTraversing);
}

function describeDifference(world: RandomWorld, question: RelationTuple, tree: ExpandTree | undefined): string {
  return [
    `${formatTuple(question)}, ${world.strict ? 'strict' : 'not strict'}`,
    JSON.stringify(world.namespaces),
    ...world.tuples.map(formatTuple),
    tree === undefined ? 'no tree' : treeText(tree, ''),
  ].join('\n');
}

function treeText({ kind, subject, children }: ExpandTree, indent: string): string {
  const name = subject?.kind === 'id' ? subject.id : subject && formatSubjectSet(subject);
  return [`${indent}${kind} ${name ?? ''}`, ...children.map((child) => treeText(child, `${indent}  `))].join('\n');
}
