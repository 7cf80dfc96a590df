import type { EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { ResidentCheck } from '../../src/graph/resident-check.ts';
import { Model } from '../../src/namespace/model.ts';
import { parseOpl } from '../../src/opl/parse.ts';
import type { RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';

/**
 * What an evaluation on the resident graph costs, without a server around it:
 * `npx tsx bench/graph/evaluate.ts [TUPLES]`, a million by default.
 */

const MODEL = new Model(
  'opl',
  parseOpl(`
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Folder implements Namespace {
      related: { parents: Folder[]; owners: (User | SubjectSet<Group, "members">)[]; viewers: (User | SubjectSet<Group, "members">)[] }
      permits = {
        view: (ctx) =>
          this.related.owners.includes(ctx.subject) || this.related.viewers.includes(ctx.subject) ||
          this.related.parents.traverse((p) => p.permits.view(ctx)),
      }
    }
    class Doc implements Namespace {
      related: {
        parents: Folder[]
        owners: (User | SubjectSet<Group, "members">)[]
        viewers: (User | SubjectSet<Group, "members">)[]
        banned: User[]
      }
      permits = {
        view: (ctx) =>
          this.related.owners.includes(ctx.subject) || this.related.viewers.includes(ctx.subject) ||
          this.related.parents.traverse((p) => p.permits.view(ctx)),
        read: (ctx) => this.permits.view(ctx) && !this.related.banned.includes(ctx.subject),
      }
    }`).namespaces,
);
const OPTIONS: EvaluationOptions = { model: MODEL, strict: false, maxDepth: 50 };
const NONE = new Set<number>();
const MAX_STEPS = 1_000_000;
const MIN_MEASURED_MS = 700;

interface World {
  readonly name: string;
  readonly tuples: Iterable<RelationTuple>;
  /** The questions of one call, and how many of them the subject is a member by; another one for each number. */
  call(index: number): { readonly questions: readonly RelationTuple[]; readonly members: number };
}

const tupleCount = Number(process.argv[2] ?? 1_000_000);
for (const world of worlds(tupleCount)) measure(world);

function worlds(count: number): World[] {
  const docs = Math.ceil(count / 4);
  return [
    {
      name: 'direct, a member',
      tuples: direct(count),
      call: (i) => single(tuple('Doc', `d${spread(i, count)}`, 'viewers', user(spread(i, count) % 1000)), true),
    },
    {
      name: 'direct, not a member',
      tuples: direct(count),
      call: (i) => single(tuple('Doc', `d${spread(i, count)}`, 'viewers', user(spread(i, count) + 1)), false),
    },
    {
      name: 'drive, viewer of the top folder',
      tuples: drive(docs),
      call: (i) => single(tuple('Doc', `d${spread(i, docs)}`, 'view', user(spread(i, docs) % 50)), true),
    },
    {
      name: 'drive, nobody',
      tuples: drive(docs),
      call: (i) => single(tuple('Doc', `d${spread(i, docs)}`, 'view', user(999_999)), false),
    },
    {
      name: 'drive, and not banned',
      tuples: drive(docs),
      call: (i) => single(tuple('Doc', `d${spread(i, docs)}`, 'read', user(spread(i, docs) % 50)), true),
    },
    {
      name: 'drive, 100 documents, one user',
      tuples: drive(docs),
      call: (i) => batch(i, docs, () => 7),
    },
    {
      name: 'drive, 100 documents, 100 users',
      tuples: drive(docs),
      call: (i) => batch(i, docs, (n) => n % 50),
    },
    {
      name: 'nested 20 deep',
      tuples: chains(Math.ceil(count / 21)),
      call: (i) => {
        const chain = spread(i, Math.ceil(count / 21));
        return single(tuple('Group', `c${chain}-0`, 'members', user(chain)), true);
      },
    },
    {
      name: 'shared with 1,000 groups, a member',
      tuples: shared(100),
      call: (i) => single(tuple('Doc', `d${i % 100}`, 'view', user(i % 1000)), true),
    },
    {
      name: 'shared with 1,000 groups, nobody',
      tuples: shared(100),
      call: (i) => single(tuple('Doc', `d${i % 100}`, 'view', user(999_999)), false),
    },
    {
      name: 'shared with 1,000 groups, of 200 others',
      tuples: shared(100),
      call: (i) => single(tuple('Doc', `d${i % 100}`, 'view', { kind: 'id', id: 'many' }), false),
    },
  ];
}

function measure({ name, tuples, call }: World): void {
  const graph = new ResidentGraph();
  for (const one of tuples) graph.insert(one);
  const check = new ResidentCheck({ graph, absent: NONE, questions: [], options: OPTIONS, maxSteps: MAX_STEPS });
  const calls = Array.from({ length: 5000 }, (_, i) => call(i));
  const run = (): void => {
    for (const { questions, members } of calls) {
      check.begin({ graph, absent: NONE, questions, options: OPTIONS, maxSteps: MAX_STEPS });
      while (check.advance() === 'paused');
      const found = check.answers.filter(({ kind }) => kind === 'member').length;
      if (found !== members) throw new Error(`${name}: ${found} members instead of ${members}`);
    }
  };
  run();
  const before = process.cpuUsage();
  let runs = 0;
  let cpuUs = 0;
  do {
    run();
    runs++;
    const { user, system } = process.cpuUsage(before);
    cpuUs = user + system;
  } while (cpuUs < MIN_MEASURED_MS * 1000);
  const us = cpuUs / (runs * calls.length);
  console.log(`${name.padEnd(42)} ${us.toFixed(2).padStart(9)} µs of CPU a call   ${graph.tupleCount} tuples`);
}

function single(question: RelationTuple, isMember: boolean): ReturnType<World['call']> {
  return { questions: [question], members: isMember ? 1 : 0 };
}

function batch(index: number, docs: number, userOf: (doc: number) => number): ReturnType<World['call']> {
  const asked = Array.from({ length: 100 }, (_, n) => spread(index * 100 + n, docs));
  return {
    questions: asked.map((doc) => tuple('Doc', `d${doc}`, 'view', user(userOf(doc)))),
    members: asked.filter((doc) => doc % 50 === userOf(doc)).length,
  };
}

function* direct(count: number): Generator<RelationTuple> {
  for (let i = 0; i < count; i++) yield tuple('Doc', `d${i}`, 'viewers', user(i % 1000));
}

/** Each document is in one of 50 trees of folders, eight levels below the top, where one user's group may view. */
function* drive(docs: number): Generator<RelationTuple> {
  const LEVELS = 8;
  for (let tree = 0; tree < 50; tree++) {
    yield tuple('Folder', `f${tree}-0-0`, 'viewers', set('Group', `g${tree}`, 'members'));
    yield tuple('Group', `g${tree}`, 'members', user(tree));
    for (let level = 1; level < LEVELS; level++) {
      for (let i = 0; i < 2 ** level; i++) {
        yield tuple(
          'Folder',
          `f${tree}-${level}-${i}`,
          'parents',
          set('Folder', `f${tree}-${level - 1}-${i >> 1}`, ''),
        );
        yield tuple('Folder', `f${tree}-${level}-${i}`, 'owners', user(10_000 + i));
      }
    }
  }
  for (let doc = 0; doc < docs; doc++) {
    const folder = Math.floor(doc / 50) % 2 ** (LEVELS - 1);
    yield tuple('Doc', `d${doc}`, 'parents', set('Folder', `f${doc % 50}-${LEVELS - 1}-${folder}`, ''));
    yield tuple('Doc', `d${doc}`, 'owners', user(20_000 + (doc % 1000)));
    yield tuple('Doc', `d${doc}`, 'viewers', set('Group', `x${doc % 2000}`, 'members'));
    yield tuple('Group', `x${doc % 2000}`, 'members', user(30_000 + doc));
  }
}

function* chains(count: number): Generator<RelationTuple> {
  for (let chain = 0; chain < count; chain++) {
    for (let level = 0; level < 20; level++) {
      yield tuple('Group', `c${chain}-${level}`, 'members', set('Group', `c${chain}-${level + 1}`, 'members'));
    }
    yield tuple('Group', `c${chain}-20`, 'members', user(chain));
  }
}

function* shared(docs: number): Generator<RelationTuple> {
  for (let group = 0; group < 1000; group++) yield tuple('Group', `g${group}`, 'members', user(group));
  for (let group = 0; group < 200; group++) yield tuple('Group', `o${group}`, 'members', { kind: 'id', id: 'many' });
  for (let doc = 0; doc < docs; doc++) {
    for (let group = 0; group < 1000; group++) {
      yield tuple('Doc', `d${doc}`, 'viewers', set('Group', `g${group}`, 'members'));
    }
  }
}

/** Numbers below `count` in no order that a cache could follow. */
function spread(index: number, count: number): number {
  return (Math.imul(index + 1, 0x9e37_79b1) >>> 0) % count;
}

function user(number: number): Subject {
  return { kind: 'id', id: `u${number}` };
}

function set(namespace: string, object: string, relation: string): Subject {
  return { kind: 'set', namespace, object, relation };
}

function tuple(namespace: string, object: string, relation: string, subject: Subject): RelationTuple {
  return { namespace, object, relation, subject };
}
