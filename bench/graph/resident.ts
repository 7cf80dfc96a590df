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
const LOOKUPS = 2_000_000;

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
        yield tuple('Group', `group-${i % groups}`, 'members', id(`user-${(i * 7919) % users}`));
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
  'world | tuples | bytes a tuple | load s | longest insert ms | set + member ns | stored? ns | delete + insert ns',
);
for (const world of WORLDS) if (only === undefined || world.name === only) measure(world);

function measure(world: World): void {
  const tuples = [...world.tuples()];
  const graph = new ResidentGraph();
  const start = process.hrtime.bigint();
  let longestNs = 0n;
  let before = start;
  tuples.forEach((each, i) => {
    graph.insert(each);
    if (i % 16 !== 0) return;
    const now = process.hrtime.bigint();
    if (now - before > longestNs) longestNs = now - before;
    before = now;
  });
  const loadS = Number(process.hrtime.bigint() - start) / 1e9;
  const stride = 7919;
  const asked = Array.from({ length: tuples.length }, (_, i) => tuples[(i * stride) % tuples.length] as RelationTuple); // within bounds
  const findNs = timeOf(LOOKUPS, (i) => {
    const { namespace, object, relation, subject } = asked[i % asked.length] as RelationTuple; // within bounds
    const vertex = graph.findSet(graph.findObject(graph.findName(namespace), object), graph.findName(relation));
    return graph.isMember(vertex, graph.findSubject(subject)) ? 1 : 0;
  });
  const pairs = asked.map((each) => {
    const object = graph.findObject(graph.findName(each.namespace), each.object);
    return [object, graph.findName(each.relation), graph.findSubject(each.subject)] as const;
  });
  const storedNs = timeOf(LOOKUPS, (i) => {
    const [object, relation, subject] = pairs[i % pairs.length] as (typeof pairs)[number]; // within bounds
    return graph.isMember(graph.findSet(object, relation), subject) ? 1 : 0;
  });
  const changeNs = timeOf(SIZE / 4, (i) => {
    const each = asked[(i * 31) % asked.length] as RelationTuple; // within bounds
    return graph.delete(each) && graph.insert(each) ? 1 : 0;
  });
  const figures = [loadS.toFixed(2), (Number(longestNs) / 1e6).toFixed(2), findNs, storedNs, changeNs];
  console.log([world.name, graph.tupleCount, (graph.byteSize / graph.tupleCount).toFixed(1), ...figures].join(' | '));
}

/** Nanoseconds a call, of calls that must all answer 1. */
function timeOf(count: number, call: (i: number) => number): string {
  const start = process.hrtime.bigint();
  let answered = 0;
  for (let i = 0; i < count; i++) answered += call(i);
  if (answered !== count) throw new Error(`${count - answered} of ${count} answers are wrong`);
  return (Number(process.hrtime.bigint() - start) / count).toFixed(0);
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
