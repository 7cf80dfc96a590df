import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckAnswer, EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { ResidentCheck } from '../../src/graph/resident-check.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { Model } from '../../src/namespace/model.ts';
import { parseOpl } from '../../src/opl/parse.ts';
import type { RelationTuple } from '../../src/tuple/relation-tuple.ts';
import { depthCheck } from '../support/depth-reference.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';

const MAX_DEPTH = 12;
const MAX_STEPS = 1_000_000;

/** Questions without an answer: `unknown` below the depth `from`, and the fault from there on. */
const cases = [
  {
    name: 'an undeclared relation beside a permit that leads to itself',
    opl: `
      class User implements Namespace {}
      class N implements Namespace { related: { s: User[] } }
      class M implements Namespace {
        related: { r: M[] }
        permits = {
          q: (ctx) =>
            (this.related.r.traverse((p) => p.related.r.includes(ctx.subject)) && this.related.r.includes(ctx.subject)) ||
            (this.permits.q(ctx) && this.permits.q(ctx) && this.related.r.traverse((p) => p.permits.x(ctx))) ||
            this.related.r.traverse((p) => p.permits.q(ctx)),
          x: (ctx) => this.related.r.includes(ctx.subject) && this.related.r.includes(ctx.subject),
        }
      }`,
    tuples: ['M:b#r@(N:a#)'],
    question: 'M:b#q@(User:a#)',
    fault: 'relation "q" does not exist',
    from: 3,
  },
  {
    name: 'a paradox over two rounds of tuples',
    opl: `
      class User implements Namespace {}
      class N implements Namespace {
        related: { r: N[]; s: N[] }
        permits = { p: (ctx) => !this.related.s.traverse((p) => p.related.r.includes(ctx.subject)) }
      }
      class M implements Namespace {
        related: { r: M[] }
        permits = { p: (ctx) => this.related.r.traverse((p) => p.related.r.includes(ctx.subject)) }
      }`,
    tuples: ['User:a#zz@(N:b#s)', 'N:b#s@(User:a#zz)', 'M:b#r@(N:b#p)', 'N:b#s@(M:b#p)', 'M:b#p@(N:b#p)'],
    question: 'N:b#s@(User:b#)',
    fault: 'relation "p" depends on its own negation',
    from: 5,
  },
  {
    name: 'a paradox over tuples that are stored under permits',
    opl: `
      class User implements Namespace {}
      class N implements Namespace {
        related: { r: N[] }
        permits = {
          p: (ctx) => !(!this.related.r.includes(ctx.subject)),
          q: (ctx) => this.related.r.traverse((p) => p.related.r.includes(ctx.subject)),
        }
      }
      class M implements Namespace {
        related: { s: N[] }
        permits = { p: (ctx) => !this.related.s.includes(ctx.subject) }
      }`,
    tuples: [
      'M:a#s@(N:b#r)',
      'User:a#@(N:a#p)',
      'N:a#q@(N:a#p)',
      'M:a#s@(N:a#q)',
      'User:a#@(User:a#)',
      'N:a#p@(M:a#p)',
    ],
    question: 'User:a#@(N:a#)',
    fault: 'relation "p" depends on its own negation',
    from: 5,
  },
  {
    name: 'a paradox that is reached over a set that leads to itself',
    opl: `
      class User implements Namespace {}
      class M implements Namespace {
        related: { r: M[]; s: M[] }
        permits = { y: (ctx) => !this.related.r.includes(ctx.subject) }
      }`,
    tuples: ['M:b#s@(M:b#r)', 'M:b#r@(M:b#y)', 'M:b#y@(M:b#y)'],
    question: 'M:b#s@bob',
    fault: 'relation "r" depends on its own negation',
    from: 4,
  },
  {
    name: 'an undeclared relation on a cycle through a negation',
    opl: `
      class User implements Namespace {}
      class N implements Namespace {
        related: { o: N[]; r: N[] }
        permits = {
          q: (ctx) => this.permits.x(ctx),
          x: (ctx) => this.related.o.includes(ctx.subject) || !this.related.r.includes(ctx.subject),
        }
      }`,
    tuples: ['N:a#o@(N:a#zz)', 'N:a#r@(N:a#q)'],
    question: 'N:a#q@bob',
    fault: 'relation "zz" does not exist',
    from: 4,
  },
  {
    name: 'two undeclared relations, of which the first by name is told',
    opl: 'class User implements Namespace {} class N implements Namespace { related: { r: N[] } }',
    tuples: ['N:a#r@(N:b#zz)', 'N:a#r@(N:c#yy)'],
    question: 'N:a#r@bob',
    fault: 'relation "yy" does not exist',
    from: 2,
  },
  {
    name: 'an undeclared relation beside a paradox, which it goes before',
    opl: `
      class User implements Namespace {}
      class N implements Namespace { related: { r: N[] } permits = { p: (ctx) => !this.related.r.includes(ctx.subject) } }`,
    tuples: ['N:a#r@(N:a#p)', 'N:b#r@(N:a#p)', 'N:b#r@(N:a#zz)'],
    question: 'N:b#r@bob',
    fault: 'relation "zz" does not exist',
    from: 3,
  },
];

describe('a question without an answer', () => {
  for (const { name, opl, tuples, question, fault, from } of cases) {
    it(`has none from the same depth on over every source: ${name}`, async () => {
      const world = { model: modelOf(opl), tuples: tuples.map(parseTestTuple), question: parseTestTuple(question) };
      const expected = Array.from({ length: MAX_DEPTH }, (_, i) => (i + 1 < from ? 'unknown' : fault));
      assert.deepEqual(await atEveryDepth((maxDepth) => askDatabase(world, maxDepth)), expected, 'the database');
      assert.deepEqual(await atEveryDepth((maxDepth) => askGraph(world, maxDepth)), expected, 'the graph');
      assert.deepEqual(await atEveryDepth((maxDepth) => walk(world, maxDepth)), expected, 'every way walked');
    });
  }
});

interface World {
  readonly model: Model;
  readonly tuples: readonly RelationTuple[];
  readonly question: RelationTuple;
}

function modelOf(opl: string): Model {
  const { namespaces, errors } = parseOpl(opl);
  assert.deepEqual(errors, []);
  return new Model('opl', namespaces);
}

async function atEveryDepth(ask: (maxDepth: number) => string | Promise<string>): Promise<string[]> {
  const answers: string[] = [];
  for (let maxDepth = 1; maxDepth <= MAX_DEPTH; maxDepth++) answers.push(await ask(maxDepth));
  return answers;
}

async function askDatabase({ model, tuples, question }: World, maxDepth: number): Promise<string> {
  const engine = new SqlPermissionEngine({ persister: new MemoryReader(tuples) });
  const { answers } = await engine.check([question], { model, strict: false, maxDepth });
  return textOf(answers[0]);
}

function askGraph({ model, tuples, question }: World, maxDepth: number): string {
  const graph = new ResidentGraph();
  for (const tuple of tuples) graph.insert(tuple);
  const options: EvaluationOptions = { model, strict: false, maxDepth };
  const check = new ResidentCheck({ graph, absent: new Set(), questions: [question], options, maxSteps: MAX_STEPS });
  while (check.advance() === 'paused');
  return textOf(check.answers[0]);
}

function walk({ model, tuples, question }: World, maxDepth: number): string {
  const answer = depthCheck(model, tuples, question, { strict: false, maxDepth });
  const [kind, relation] = answer.split(' ');
  if (relation === undefined) return answer;
  return kind === 'error'
    ? `relation "${relation}" does not exist`
    : `relation "${relation}" depends on its own negation`;
}

function textOf(answer: CheckAnswer | undefined): string {
  return answer?.kind === 'error' ? String(answer.error.reason) : String(answer?.kind);
}
