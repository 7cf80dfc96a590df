import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import type { RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';

/**
 * Bytes a tuple, time to load, time of lookups and of changes of the graph in memory, for a
 * million tuples: `npx tsx bench/graph/resident.ts [world]`.
 */

interface World {
  readonly name: string;
  tuples(): Generator<RelationTuple>;
}

const SIZE = 1_000_000;
const QUESTIONS = 200_000;
const BATCH = 1000;
let state = 1;

const WORLDS: readonly World[] = [
  {
    name: 'direct',
    *tuples() {
      for (let i = 0; i < SIZE; i++) yield tuple('Doc', `doc-${i}`, 'viewers', id(`user-${i % 1000}`));
    },
  },
  {
    name: 'everybody different',
    *tuples() {
      for (let i = 0; i < SIZE; i++) yield tuple('Doc', `doc-${i}`, 'viewers', id(`user-${i}`));
    },
  },
  {
    name: 'drive',
    *tuples() {
      const [folders, docs, groups, users] = [SIZE / 10, (SIZE * 6) / 10, SIZE / 100, SIZE / 20];
      for (let i = 1; i < folders; i++)
        yield tuple('Folder', `folder-${i}`, 'parents', set('Folder', `folder-${i >> 2}`, ''));
      for (let i = 0; i < docs; i++)
        yield tuple('Doc', `doc-${i}`, 'parents', set('Folder', `folder-${i % folders}`, ''));
      for (let i = 0; i < folders; i += 2)
        yield tuple('Folder', `folder-${i}`, 'viewers', set('Group', `group-${i % groups}`, 'members'));
      for (let i = 0; i < SIZE / 4; i++)
        yield tuple('Group', `group-${i % groups}`, 'members', id(`user-${(i * 7 + Math.trunc(i / groups)) % users}`));
    },
  },
  {
    name: 'wide',
    *tuples() {
      for (let i = 0; i < SIZE; i++)
        yield tuple('Group', `group-${i % 10}`, 'members', id(`user-${Math.trunc(i / 10)}`));
    },
  },
];

const [only] = process.argv.slice(2);
console.log(
  'CPU time | tuples | bytes a tuple | load s | check by names ns | isMember ns | delete + insert ns | longest insert ms',
);
for (const world of WORLDS) if (only === undefined || world.name === only) measure(world);

function measure(world: World): void {
  const graph = new ResidentGraph();
  const longestMs = load(graph, world);
  const loadS = loadSeconds(world);
  const asked = questions(world);
  const numbers = Int32Array.from(asked.flatMap((each) => numbersOf(graph, each)));
  const byNames = cpuNs(asked.length, (i) => {
    const { namespace, object, relation, subject } = asked[i] as RelationTuple; // within bounds
    const set = graph.findSet(graph.findObject(graph.findName(namespace), object), graph.findName(relation));
    return graph.isMember(set, graph.findSubject(subject));
  });
  const byNumbers = cpuNs(asked.length, (i) => {
    const set = graph.findSet(numbers[3 * i] as number, numbers[3 * i + 1] as number); // within bounds
    return graph.isMember(set, numbers[3 * i + 2] as number); // as above
  });
  const change = cpuNs(asked.length, (i) => {
    const each = asked[i] as RelationTuple; // within bounds
    return graph.delete(each) && graph.insert(each);
  });
  const bytes = (graph.byteSize / graph.tupleCount).toFixed(1);
  const figures = [loadS.toFixed(2), byNames, byNumbers, change, longestMs.toFixed(1)];
  console.log([world.name, graph.tupleCount, bytes, ...figures].join(' | '));
}

/** Loads the world and answers how long the longest insertion took, in milliseconds of processor time. */
function load(graph: ResidentGraph, world: World): number {
  let longest = 0;
  for (const each of world.tuples()) {
    const start = process.cpuUsage();
    graph.insert(each);
    longest = Math.max(longest, microsSince(start));
  }
  return longest / 1000;
}

/** Processor time to insert all tuples, without that of making them. */
function loadSeconds(world: World): number {
  const graph = new ResidentGraph();
  let batch: RelationTuple[] = [];
  let micros = 0;
  const insertAll = () => {
    const start = process.cpuUsage();
    for (const each of batch) graph.insert(each);
    micros += microsSince(start);
    batch = [];
  };
  for (const each of world.tuples()) if (batch.push(each) === BATCH) insertAll();
  insertAll();
  return micros / 1e6;
}

/** Stored tuples from all over the world, with strings of their own, one after the other in memory as those of requests. */
function questions(world: World): RelationTuple[] {
  const all: string[] = [];
  for (const each of world.tuples()) if (random() < QUESTIONS / SIZE) all.push(JSON.stringify(each));
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j] as string, all[i] as string]; // within bounds
  }
  return all.map((text) => JSON.parse(text) as RelationTuple); // written above
}

function numbersOf(graph: ResidentGraph, { namespace, object, relation, subject }: RelationTuple): number[] {
  const number = graph.findObject(graph.findName(namespace), object);
  return [number, graph.findName(relation), graph.findSubject(subject)];
}

/** Nanoseconds of processor time a call; each must answer true. */
function cpuNs(count: number, call: (i: number) => boolean): string {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) if (!call(i)) throw new Error(`question ${i} has a wrong answer`);
  return ((microsSince(start) * 1000) / count).toFixed(0);
}

function microsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** The same numbers in each run. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 0) / 2 ** 32;
}

function tuple(namespace: string, object: string, relation: string, subject: Subject): RelationTuple {
  return { namespace, object, relation, subject };
}

function id(name: string): Subject {
  return { kind: 'id', id: name };
}

function set(namespace: string, object: string, relation: string): Subject {
  return { kind: 'set', namespace, object, relation };
}
