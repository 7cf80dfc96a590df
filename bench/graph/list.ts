import type { ListOptions, PermissionEngine } from '../../src/engine/permission-engine.ts';
import { GraphPermissionEngine } from '../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { openPersister } from '../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, Subject } from '../../src/tuple/relation-tuple.ts';
import { DRIVE_MODEL } from './drive-model.ts';

/**
 * What lists of 10, 1,000 and 10,000 of many objects cost on the resident graph, without a server around it:
 * `npx tsx bench/graph/list.ts [TUPLES]`, a million by default. With a DSN behind it also from that empty database.
 */

const OPTIONS: ListOptions = { model: DRIVE_MODEL, strict: false, maxDepth: 25, mayBeStale: true };
const SIZES = [10, 1000, 10_000];
const RELATIONS = ['viewers', 'view', 'read'];
const PAGE = 100;
const ROUNDS = 5;
const MIN_MEASURED_US = 20_000;

const tupleCount = Number(process.argv[2] ?? 1_000_000);
const dsn = process.argv[3];
/** What is remembered of lists is good for one revision. */
let revision = 1;
const graph = new ResidentGraph();
for (const one of tuples(tupleCount)) graph.insert(one);
console.log(`${graph.tupleCount} tuples`);
await measureAll('graph', engineOn(graph));
if (dsn !== undefined) {
  await using persister = await openPersister({ dsn, autoMigrate: true });
  let batch: RelationTuple[] = [];
  for (const one of tuples(tupleCount)) {
    if (batch.push(one) < 10_000) continue;
    await persister.writeTuples(batch.map((tuple) => ({ action: 'insert', tuple })));
    batch = [];
  }
  await persister.writeTuples(batch.map((tuple) => ({ action: 'insert', tuple })));
  await measureAll('database', new SqlPermissionEngine({ persister }), 3);
}

async function measureAll(source: string, engine: PermissionEngine, rounds: number = ROUNDS): Promise<void> {
  for (const relation of RELATIONS) {
    for (const size of SIZES) await measure({ source, engine, relation, size, rounds });
  }
  for (const size of SIZES) await measureSubjects({ source, engine, size, rounds });
}

async function measure(parts: {
  source: string;
  engine: PermissionEngine;
  relation: string;
  size: number;
  rounds: number;
}) {
  const { source, engine, relation, size, rounds } = parts;
  const subject: Subject = { kind: 'id', id: `sees${size}` };
  const question = { namespace: 'Doc', relation, subject };
  const { found } = await engine.listObjects(question, OPTIONS);
  const list = (limit?: number) => engine.listObjects(question, { ...OPTIONS, limit });
  const costs = await measureList(list, { rounds, count: found.length });
  const [object = ''] = found;
  const checkUs = await best(rounds, () => engine.check([{ namespace: 'Doc', object, relation, subject }], OPTIONS));
  console.log(`${source}, ${relation}, ${found.length} objects: ${costs}; check: ${checkUs.toFixed(1)} us`);
}

async function measureSubjects(parts: { source: string; engine: PermissionEngine; size: number; rounds: number }) {
  const { source, engine, size, rounds } = parts;
  const question = { set: { namespace: 'Doc', object: `shared${size}`, relation: 'read' } };
  const { found } = await engine.listSubjects(question, OPTIONS);
  const list = (limit?: number) => engine.listSubjects(question, { ...OPTIONS, limit });
  const costs = await measureList(list, { rounds, count: found.length });
  console.log(`${source}, ${found.length} subjects: ${costs}`);
}

/** The whole list and its first page: for the first time at a revision, and again. */
async function measureList(
  list: (limit?: number) => Promise<unknown>,
  { rounds, count }: { rounds: number; count: number },
): Promise<string> {
  const first = (limit?: number) => () => {
    revision++;
    return list(limit);
  };
  const wholeUs = await best(rounds, first());
  const pageUs = await best(rounds, first(PAGE));
  const wholeAgainUs = await best(rounds, () => list());
  const pageAgainUs = await best(rounds, () => list(PAGE));
  const each = (us: number): string => `${us.toFixed(0)} us, ${(us / Math.max(1, count)).toFixed(2)} us each`;
  return `${each(wholeUs)}; page of ${PAGE}: ${pageUs.toFixed(0)} us; again: ${each(wholeAgainUs)}; ${pageAgainUs.toFixed(0)} us`;
}

/** CPU time in microseconds of the fastest round: that of short calls is told by many of them. */
async function best(rounds: number, run: () => Promise<unknown>): Promise<number> {
  let bestUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    let calls = 0;
    let spentUs = 0;
    for (; spentUs < MIN_MEASURED_US; calls++) {
      await run();
      const { user, system } = process.cpuUsage(before);
      spentUs = user + system;
    }
    bestUs = Math.min(bestUs, spentUs / calls);
  }
  return bestUs;
}

function engineOn(resident: ResidentGraph): PermissionEngine {
  const state = {
    graph: resident,
    get revision() {
      return revision;
    },
    fresh: async () => 1,
    awaitRevision: async () => 1,
    hold: () => () => {},
  };
  const nothing = { readFacts: none, listTuples: none, readSnapshot: none, readRevision: none };
  const database = new SqlPermissionEngine({ persister: nothing });
  return new GraphPermissionEngine({
    state,
    budget: { absent: new Set(), isAbsent: () => false },
    database,
    both: database,
  });
}

function none(): never {
  throw new Error('the graph has everything');
}

/** What somebody sees comes by three ways: a group on the document, a folder of the group, a folder in it. */
function* tuples(count: number): Generator<RelationTuple> {
  let stored = 0;
  for (const size of SIZES) {
    yield of('Group', `g${size}`, 'members', `sees${size}`);
    yield of('Folder', `top${size}`, 'viewers', set('Group', `g${size}`, 'members'));
    yield of('Folder', `sub${size}`, 'parents', set('Folder', `top${size}`, ''));
    yield of('Doc', `shared${size}`, 'viewers', set('Group', `all${size}`, 'members'));
    for (let i = 0; i < size; i++) {
      const object = `doc-${size}-${(i * 7919) % size}`;
      yield of('Doc', object, 'viewers', set('Group', `g${size}`, 'members'));
      yield of('Doc', object, 'parents', set('Folder', i % 2 === 0 ? `top${size}` : `sub${size}`, ''));
      yield of('Group', `all${size}`, 'members', `user-${i}`);
      stored += 3;
    }
  }
  for (let i = 0; stored < count; i++, stored += 2) {
    yield of('Doc', `other-${i}`, 'viewers', `user-${i % 50_000}`);
    yield of('Doc', `other-${i}`, 'parents', set('Folder', `folder-${i % 1000}`, ''));
  }
}

function of(namespace: string, object: string, relation: string, subject: Subject | string): RelationTuple {
  return { namespace, object, relation, subject: typeof subject === 'string' ? { kind: 'id', id: subject } : subject };
}

function set(namespace: string, object: string, relation: string): Subject {
  return { kind: 'set', namespace, object, relation };
}
