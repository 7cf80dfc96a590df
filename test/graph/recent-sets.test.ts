import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { RecentSets } from '../../src/graph/recent-sets.ts';
import { isSameAnswer } from '../../src/graph/same-answer.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, SubjectSet, TupleDelta } from '../../src/tuple/relation-tuple.ts';
import { formatTuple } from '../../src/tuple/tuple-text.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestSet, parseTestTuple } from '../support/parse-test-tuple.ts';
import { type RandomWorld, randomWorld } from '../support/random-world.ts';
import { disagreement } from '../support/reference-agreement.ts';
import { modelOf } from '../support/world.ts';

/** How many random worlds are asked; the long run sets it. Every world costs several writes. */
const RUNS = Number(process.env.STHENO_TEST_WORLDS ?? 200);

const GROUPS = modelOf({
  opl: 'class User implements Namespace {} class Group implements Namespace { related: { m: (User | SubjectSet<Group, "m">)[] } }',
});
const OPTIONS: EvaluationOptions = { model: GROUPS, strict: false, maxDepth: 25 };
const CHAIN = [0, 1, 2, 3, 4].map((i) => `Group:g${i}#m@(Group:g${i + 1}#m)`);

describe('recent sets', () => {
  it('are not read again as long as nothing is written', async () => {
    const { reader, ask } = engineOver([...CHAIN, 'Group:g5#m@ann']);
    assert.equal(await ask('Group:g0#m@ann'), 'member');
    assert.equal(reader.calls, 6);
    assert.equal(await ask('Group:g0#m@bob'), 'not-member');
    assert.equal(reader.calls, 7);
  });

  it('are read anew when the storage is at another revision', async () => {
    const { reader, ask } = engineOver([...CHAIN, 'Group:g5#m@ann']);
    await ask('Group:g0#m@ann');
    reader.calls = 0;
    reader.revision++;
    assert.equal(await ask('Group:g0#m@ann'), 'member');
    assert.equal(reader.calls, 1 + 6);
  });

  it('show the revision also when no fact has to be read', async () => {
    const { reader, engine } = engineOver(['Group:g#m@(Group:g#nope)']);
    const question = parseTestTuple('Group:g#m@(Group:x#m)');
    const strict = { ...OPTIONS, strict: true };
    await engine.check([question], strict);
    reader.revision = 5;
    assert.equal((await engine.check([question], strict)).revision, 5);
  });

  it('of a commit of this process are those that it did not change', () => {
    const recent = new RecentSets();
    const [a, b] = [parseTestSet('Group:a#m'), parseTestSet('Group:b#m')];
    keep(recent, 3, [a, b]);
    recent.committed({ revision: 4, deltas: deltasOf('Group:a#m@(Group:c#m)', 'Group:b#m@ann') });
    assert.deepEqual([recent.find(4, a), recent.find(4, b)], [undefined, []]);
    assert.equal(recent.find(3, b), undefined);
  });

  it('are forgotten when commits of others lie between', () => {
    const recent = new RecentSets();
    const set = parseTestSet('Group:a#m');
    keep(recent, 3, [set]);
    recent.committed({ revision: 5, deltas: [] });
    assert.equal(recent.find(5, set), undefined);
    keep(recent, 5, []);
    assert.equal(recent.find(5, set), undefined);
  });

  it('are forgotten when the database has gone back', () => {
    const recent = new RecentSets();
    const set = parseTestSet('Group:a#m');
    keep(recent, 9, [set]);
    keep(recent, 8, []);
    keep(recent, 9, []);
    assert.equal(recent.find(9, set), undefined);
  });

  it('are not those of a read that began before the newest was seen', () => {
    const recent = new RecentSets();
    const set = parseTestSet('Group:a#m');
    keep(recent, 9, [set]);
    recent.keep({ revision: 8, stored: [], subjectSets: [[set]] }, { tuples: [], sets: [set] }, 8);
    assert.deepEqual(recent.find(9, set), []);
  });

  it('are as many as there is room for, the latest ones', () => {
    const recent = new RecentSets({ maxEntries: 100 });
    const sets = Array.from({ length: 1000 }, (_, i) => parseTestSet(`Group:g${i}#m`));
    for (const set of sets) keep(recent, 1, [set]);
    const isKnown = (set: SubjectSet): boolean => recent.find(1, set) !== undefined;
    assert.deepEqual([sets.slice(-40).every(isKnown), sets.slice(0, 900).some(isKnown)], [true, false]);
  });
});

describe('an engine that keeps recent sets', () => {
  let persister: OpenedPersister;
  before(async () => {
    persister = await openPersister({ dsn: 'memory', autoMigrate: true });
  });
  after(() => persister[Symbol.asyncDispose]());

  it('agrees with the reference evaluator while others and itself write', async () => {
    const recent = new RecentSets({ maxEntries: 24 });
    let isTold = true;
    const stop = persister.onCommitted((change) => {
      if (isTold) recent.committed(change);
    });
    const engine = new SqlPermissionEngine({ persister, recent });
    const property = fc.asyncProperty(randomWorld, fc.gen(), async (world, gen) => {
      const upTo = (max: number): number => gen(fc.integer, { min: 0, max });
      await persister.deleteTuples({});
      for (const deltas of commitsTo(world, upTo)) {
        isTold = upTo(3) > 0;
        await persister.writeTuples(deltas);
        const { model, strict, questions } = world;
        if (upTo(1) === 0) await engine.check(questions, { model, strict, maxDepth: 25 });
      }
      const difference = (await disagreement(world, engine)) ?? (await disagreement(world, engine));
      if (difference !== undefined) throw new Error(difference);
    });
    await fc.assert(property, { numRuns: RUNS });
    stop();
  });

  it('has the answers of one that keeps none, at every depth and in any order', async () => {
    const property = fc.asyncProperty(randomWorld, async ({ tuples, questions, model, strict }) => {
      const reader = new MemoryReader(tuples);
      const keeping = new SqlPermissionEngine({ persister: reader, recent: new RecentSets() });
      const reading = new SqlPermissionEngine({ persister: reader });
      for (const maxDepth of [3, 1, 2, 6, 4, 30]) {
        for (const question of questions) {
          const options = { model, strict, maxDepth };
          const [kept, read] = await Promise.all([keeping, reading].map((engine) => engine.check([question], options)));
          const [answer, expected] = [kept?.answers[0] ?? assert.fail(), read?.answers[0] ?? assert.fail()];
          if (isSameAnswer(answer, expected)) continue;
          assert.fail(
            `${formatTuple(question)} at ${maxDepth}: ${JSON.stringify(answer)}, not ${JSON.stringify(expected)}`,
          );
        }
      }
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});

function engineOver(tuples: readonly string[]) {
  const reader = new MemoryReader(tuples.map(parseTestTuple));
  const engine = new SqlPermissionEngine({ persister: reader, recent: new RecentSets() });
  const ask = async (question: string) => (await engine.check([parseTestTuple(question)], OPTIONS)).answers[0]?.kind;
  return { reader, engine, ask };
}

function keep(recent: RecentSets, revision: number, sets: readonly SubjectSet[]): void {
  recent.keep({ revision, stored: [], subjectSets: sets.map(() => []) }, { tuples: [], sets }, recent.revision);
}

function deltasOf(...texts: string[]): TupleDelta[] {
  return texts.map((text) => ({ action: 'insert', tuple: parseTestTuple(text) }));
}

/** Random writes after which exactly the tuples of a world are stored. */
function commitsTo({ tuples }: RandomWorld, upTo: (max: number) => number): TupleDelta[][] {
  const toDeltas = (action: TupleDelta['action'], some: readonly RelationTuple[]): TupleDelta[] =>
    some.map((tuple) => ({ action, tuple }));
  const commits: TupleDelta[][] = [];
  for (let at = 0; at < tuples.length; ) {
    const some = tuples.slice(at, at + 1 + upTo(6));
    at += some.length;
    commits.push(toDeltas('insert', some));
    if (upTo(3) === 0) commits.push(toDeltas('delete', some), toDeltas('insert', some));
  }
  return commits;
}
