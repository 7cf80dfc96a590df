import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckAnswer, EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { SthenoError } from '../../src/errors.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import type { Facts, Frontier } from '../../src/persistence/tuple-reader.ts';
import { cancellationOf } from '../support/cancellation-of.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestSet, parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Folder implements Namespace {
      related: { parents: Folder[]; viewers: (User | SubjectSet<Group, "members">)[] }
      permits = {
        view: (ctx) => this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
        hide: (ctx) => !this.permits.view(ctx),
      }
    }
    class Doc implements Namespace {
      related: { owners: User[]; viewers: (User | SubjectSet<Group, "members">)[] }
      permits = {
        view: (ctx) => this.related.owners.includes(ctx.subject) || this.related.viewers.includes(ctx.subject),
        read: (ctx) => (this.related.owners.includes(ctx.subject) && this.permits.view(ctx)) || this.related.viewers.includes(ctx.subject),
      }
    }`,
});
const OPTIONS: EvaluationOptions = { model: MODEL, strict: false, maxDepth: 25 };

describe('the number of reads', () => {
  const thousandGroups = range(1000).map((i) => `Doc:d#viewers@(Group:g${i}#members)`);
  const cases = [
    { name: 'a stored tuple', tuples: ['Doc:d#owners@ann'], question: 'Doc:d#owners@ann', reads: 1 },
    { name: 'an owner through a permit', tuples: ['Doc:d#owners@ann'], question: 'Doc:d#view@ann', reads: 1 },
    { name: 'nothing stored', tuples: [], question: 'Doc:d#view@ann', reads: 1 },
    {
      name: 'a member of one of a thousand groups',
      tuples: [...thousandGroups, 'Group:g777#members@ann'],
      question: 'Doc:d#view@ann',
      reads: 2,
    },
    { name: 'a member of none of them', tuples: thousandGroups, question: 'Doc:d#view@ann', reads: 2 },
    {
      name: 'a member at the end of a chain of 20 groups',
      tuples: [...chain(20), 'Group:g19#members@ann'],
      question: 'Group:g0#members@ann',
      reads: 20,
    },
  ];
  for (const { name, tuples, question, reads } of cases) {
    it(`of ${name} is ${reads}`, async () => {
      const reader = new MemoryReader(tuples.map(parseTestTuple));
      const result = await new SqlPermissionEngine({ persister: reader }).check([parseTestTuple(question)], OPTIONS);
      assert.equal(reader.calls, reads);
      assert.deepEqual([result.levels, result.queries], [reads, reads]);
    });
  }

  it('does not grow by operands that another one has decided, when the depth runs out', async () => {
    const reader = new MemoryReader(['Doc:d#viewers@(Group:g0#members)', ...chain(50)].map(parseTestTuple));
    const engine = new SqlPermissionEngine({ persister: reader });
    const { answers } = await engine.check([parseTestTuple('Doc:d#read@ann')], { ...OPTIONS, maxDepth: 10 });
    assert.deepEqual(answers, [{ kind: 'unknown', limitation: 'depth' }]);
    assert.equal(reader.calls, 10);
  });

  it('of a batch is that of its deepest question', async () => {
    const reader = new MemoryReader([...chain(5), 'Doc:d#owners@ann'].map(parseTestTuple));
    const questions = ['Doc:d#view@ann', 'Group:g0#members@ann', 'Group:g0#members@bob', 'Doc:d#view@bob'];
    await new SqlPermissionEngine({ persister: reader }).check(questions.map(parseTestTuple), OPTIONS);
    assert.equal(reader.calls, 5);
  });

  it('is shared by requests that wait at the same moment', async () => {
    const reader = new MemoryReader(['Doc:d#owners@ann'].map(parseTestTuple));
    const engine = new SqlPermissionEngine({ persister: reader });
    const asked = range(100).map((i) => engine.check([parseTestTuple(`Doc:d${i}#view@ann`)], OPTIONS));
    await Promise.all(asked);
    assert.equal(reader.calls, 1);
  });
});

describe('graphs that are expensive for a naive evaluation', () => {
  const cases: { name: string; tuples: string[]; question: string; maxDepth: number; answer: CheckAnswer }[] = [
    {
      name: 'two folders that are parents of both',
      tuples: ['a', 'b'].flatMap((f) => [`Folder:${f}#parents@(Folder:a#)`, `Folder:${f}#parents@(Folder:b#)`]),
      question: 'Folder:a#hide@ann',
      maxDepth: 50,
      answer: { kind: 'member' },
    },
    {
      name: 'forty folders that are parents of all',
      tuples: range(40).flatMap((i) => range(40).map((j) => `Folder:${i}#parents@(Folder:${j}#)`)),
      question: 'Folder:0#hide@ann',
      maxDepth: 100,
      answer: { kind: 'member' },
    },
    {
      name: 'twenty groups that are members of all',
      tuples: range(20).flatMap((i) => range(20).map((j) => `Group:${i}#members@(Group:${j}#members)`)),
      question: 'Group:0#members@ann',
      maxDepth: 12,
      answer: { kind: 'unknown', limitation: 'depth' },
    },
    {
      name: 'a chain of 300 groups',
      tuples: [...chain(300), 'Group:g299#members@ann'],
      question: 'Group:g0#members@ann',
      maxDepth: 1000,
      answer: { kind: 'member' },
    },
    {
      name: 'a ring of 500 groups',
      tuples: [...chain(500), 'Group:g499#members@(Group:g0#members)'],
      question: 'Group:g0#members@ann',
      maxDepth: 1000,
      answer: { kind: 'not-member' },
    },
  ];
  for (const { name, tuples, question, maxDepth, answer } of cases) {
    it(`answers ${name}`, { timeout: 10_000 }, async () => {
      assert.deepEqual(
        await ask(new MemoryReader(tuples.map(parseTestTuple)), question, { ...OPTIONS, maxDepth }),
        answer,
      );
    });
  }

  for (const { name, tuples } of [
    { name: 'a chain of 20,000 groups', tuples: chain(20_000) },
    { name: 'a ring of 20,000 groups', tuples: [...chain(20_000), 'Group:g19999#members@(Group:g0#members)'] },
    { name: 'rings of 2,500 groups', tuples: range(8).flatMap((i) => ring(i * 2500, 2500)) },
  ]) {
    it(`does not overflow the stack on ${name}`, { timeout: 30_000 }, async () => {
      const reader = new MemoryReader(tuples.map(parseTestTuple));
      // The questions load all facts at once, so that the first of them then walks the whole way.
      const questions = range(20_000).map((i) => parseTestTuple(`Group:g${i}#members@ann`));
      const engine = new SqlPermissionEngine({ persister: reader, maxSteps: 10_000_000 });
      const { answers } = await engine.check(questions, { ...OPTIONS, maxDepth: 65_535 });
      assert.ok(answers.every(({ kind }) => kind === 'not-member'));
    });
  }

  it('answers whether somebody is in one of 100,000 groups, and reads them part by part', {
    timeout: 180_000,
  }, async () => {
    const groups = range(100_000).map((i) => `Doc:d#viewers@(Group:g${i}#members)`);
    const reader = new MemoryReader([...groups, 'Group:g99999#members@ann'].map(parseTestTuple));
    const engine = new SqlPermissionEngine({ persister: reader });
    let largest = 0;
    const readFacts = reader.readFacts.bind(reader);
    reader.readFacts = (frontier) => {
      largest = Math.max(largest, frontier.tuples.length + frontier.sets.length);
      return readFacts(frontier);
    };
    const { answers } = await engine.check([parseTestTuple('Doc:d#viewers@ann')], OPTIONS);
    assert.deepEqual(answers, [{ kind: 'member' }]);
    assert.equal(largest, 2000);
  });

  it('gives up at the ceiling of steps, and says so', async () => {
    const reader = new MemoryReader(chain(50).map(parseTestTuple));
    const engine = new SqlPermissionEngine({ persister: reader, maxSteps: 100 });
    const { answers } = await engine.check([parseTestTuple('Group:g0#members@ann')], { ...OPTIONS, maxDepth: 100 });
    assert.deepEqual(answers, [{ kind: 'unknown', limitation: 'nodes' }]);
  });
});

describe('the revision of a check', () => {
  it('is one: a check that saw two starts over', async () => {
    const reader = new MovingReader([...chain(3), 'Group:g2#members@ann'], { moves: 1 });
    const engine = new SqlPermissionEngine({ persister: reader });
    const { answers, revision, levels, queries } = await engine.check(
      [parseTestTuple('Group:g0#members@ann')],
      OPTIONS,
    );
    assert.deepEqual(answers, [{ kind: 'member' }]);
    assert.equal(revision, 2);
    assert.equal(reader.snapshots, 0);
    assert.deepEqual([levels, queries], [3, 5]);
  });

  it('is that of a snapshot when writes keep coming between the levels', async () => {
    const reader = new MovingReader([...chain(3), 'Group:g2#members@ann'], { moves: Number.POSITIVE_INFINITY });
    const engine = new SqlPermissionEngine({ persister: reader });
    const { answers } = await engine.check([parseTestTuple('Group:g0#members@ann')], OPTIONS);
    assert.deepEqual(answers, [{ kind: 'member' }]);
    assert.equal(reader.snapshots, 1);
  });

  it('is at least the one asked for, once the storage has it', async () => {
    const reader = new MemoryReader([]);
    const engine = new SqlPermissionEngine({ persister: reader });
    setTimeout(() => {
      reader.revision = 7;
    }, 30);
    const { revision } = await engine.check([parseTestTuple('Doc:d#view@ann')], { ...OPTIONS, minRevision: 7 });
    assert.equal(revision, 7);
  });

  it('is told also when no fact was needed', async () => {
    const engine = new SqlPermissionEngine({ persister: new MemoryReader([]) });
    const { revision, answers } = await engine.check([parseTestTuple('Doc:d#nope@ann')], OPTIONS);
    assert.equal(revision, 1);
    assert.equal(answers[0]?.kind, 'error');
  });
});

describe('a permit whose operator changes thousands of times', () => {
  const leaf = (relation: string): string => `this.related.${relation}.includes(ctx.subject)`;
  const body = `${leaf('a')}${` || ${leaf('b')} && ${leaf('a')}`.repeat(5000)}`;
  const opl = `class X implements Namespace { related: { a: X[] b: X[] } permits = { v: (ctx) => ${body} } }`;
  const model = modelOf({ opl });
  const cases = [
    { name: 'runs out of depth', maxDepth: 25, limitation: 'depth' },
    { name: 'runs out of steps where the depth would reach', maxDepth: 100_000, limitation: 'nodes' },
  ];
  for (const { name, maxDepth, limitation } of cases) {
    it(name, async () => {
      const answer = await ask(new MemoryReader([parseTestTuple('X:x#a@ann')]), 'X:x#v@ann', {
        model,
        strict: true,
        maxDepth,
      });
      assert.deepEqual(answer, { kind: 'unknown', limitation });
    });
  }
});

describe('a request that is given up', () => {
  it('fails with the reason when that is an error of ours', async () => {
    const reason = new SthenoError('deadline_exceeded');
    await assert.rejects(
      ask(new MemoryReader([]), 'Doc:d#view@ann', {
        ...OPTIONS,
        cancellation: cancellationOf(AbortSignal.abort(reason)),
      }),
      reason,
    );
  });

  it('stops waiting for a revision that does not come', async () => {
    const cancellation = cancellationOf(AbortSignal.timeout(30));
    const asked = ask(new MemoryReader([]), 'Doc:d#view@ann', { ...OPTIONS, minRevision: 99, cancellation });
    await assert.rejects(asked, { code: 'deadline_exceeded' });
  });

  it('reads no further level', async () => {
    const controller = new AbortController();
    const reader = new MemoryReader(chain(3).map(parseTestTuple));
    const readFacts = reader.readFacts.bind(reader);
    reader.readFacts = (frontier) => {
      controller.abort();
      return readFacts(frontier);
    };
    const asked = ask(reader, 'Group:g0#members@ann', { ...OPTIONS, cancellation: cancellationOf(controller.signal) });
    await assert.rejects(asked, { code: 'canceled' });
    assert.equal(reader.calls, 1);
  });
});

describe('expand', () => {
  it('reads sets of more than a page', async () => {
    const tuples = [...range(250).map((i) => `Doc:d#viewers@user${i}`), 'Doc:d#viewers@(Group:g#members)'];
    const engine = new SqlPermissionEngine({ persister: new MemoryReader(tuples.map(parseTestTuple)) });
    const options = { ...OPTIONS, rewrites: false, maxNodes: 4000 };
    const { tree } = await engine.expand(parseTestSet('Doc:d#viewers'), options);
    assert.equal(tree?.children.length, 251);
    assert.equal(tree?.children[0]?.subject?.kind, 'set');
  });

  it('shows an object that nothing was stored for', async () => {
    const engine = new SqlPermissionEngine({ persister: new MemoryReader([]) });
    const options = { ...OPTIONS, rewrites: false, maxNodes: 4000 };
    const { tree, revision } = await engine.expand(parseTestSet('Doc:none#viewers'), options);
    const subject = { kind: 'set', namespace: 'Doc', object: 'none', relation: 'viewers' };
    assert.deepEqual(tree, { kind: 'leaf', subject, children: [] });
    assert.equal(revision, 1);
  });
});

/** A reader whose revision goes up after each of the first `moves` reads, as if writes came between the levels. */
class MovingReader extends MemoryReader {
  #moves: number;
  snapshots = 0;

  constructor(tuples: readonly string[], { moves }: { moves: number }) {
    super(tuples.map(parseTestTuple));
    this.#moves = moves;
  }

  override async readFacts(frontier: Frontier): Promise<Facts> {
    const facts = await super.readFacts(frontier);
    if (this.#moves-- > 0) this.revision++;
    return facts;
  }

  override async readSnapshot<T>(read: Parameters<MemoryReader['readSnapshot']>[0]): Promise<T> {
    this.snapshots++;
    return super.readSnapshot(read) as Promise<T>;
  }
}

async function ask(
  reader: MemoryReader,
  question: string,
  options: EvaluationOptions,
): Promise<CheckAnswer | undefined> {
  const { answers } = await new SqlPermissionEngine({ persister: reader }).check([parseTestTuple(question)], options);
  return answers[0];
}

function chain(length: number): string[] {
  return range(length - 1).map((i) => `Group:g${i}#members@(Group:g${i + 1}#members)`);
}

function ring(first: number, length: number): string[] {
  return range(length).map((i) => `Group:g${first + i}#members@(Group:g${first + ((i + 1) % length)}#members)`);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
