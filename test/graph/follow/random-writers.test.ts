import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphFollower } from '../../../src/graph/follow/graph-follower.ts';
import type { Change } from '../../../src/persistence/change-feed.ts';
import { type OpenedPersister, openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { RelationTuple, TupleDelta } from '../../../src/tuple/relation-tuple.ts';
import { readAll } from '../../contract/contract-context.ts';
import { tupleKey } from '../../contract/tuple-model.ts';
import { type TestDatabaseKind, testDatabases } from '../../support/databases.ts';
import { MapGraph } from './map-graph.ts';

/** What a follower showed at a revision, as sorted keys. */
interface Observation {
  readonly revision: number;
  readonly keys: readonly string[];
}

const SEEDS = [1, 2, 3];
const WRITERS = 4;
const WRITES = 25;

for (const kind of testDatabases()) {
  describe(`graphs that follow random writers on ${kind.name}`, () => {
    for (const seed of SEEDS) {
      it(`have what is stored at every revision they show, seed ${seed}`, () => observeWriters(kind, seed));
    }
  });
}

async function observeWriters(kind: TestDatabaseKind, seed: number): Promise<void> {
  const random = randomFrom(seed);
  await using database = await kind.create();
  await using first = await openPersister({ dsn: database.dsn, autoMigrate: true });
  const second = first.isExclusive ? first : await openPersister(database);
  const persisters = [first, second];
  const history = new Map<number, Change>();
  for (const persister of persisters) persister.onCommitted((change) => history.set(change.revision, change));
  const failures: string[] = [];
  const start = (persister: OpenedPersister) => {
    const observer = { failed: ({ reason }: { reason: string }) => failures.push(reason) };
    const accepts = (namespace: string) => namespace !== 'left out';
    const follower = new GraphFollower({
      persister,
      createGraph: () => new MapGraph(),
      accepts,
      observer,
      minRetryMs: 5,
    });
    follower.start();
    return follower;
  };
  const followers = persisters.map(start);
  const observations: Observation[] = [];
  let isOver = false;
  const watch = async (follower: GraphFollower<MapGraph>) => {
    while (!isOver) {
      const acknowledged = Math.max(0, ...history.keys());
      const revision = random() < 0.5 ? await follower.fresh() : await follower.awaitRevision(acknowledged);
      if (revision !== undefined) {
        assert.ok(revision >= acknowledged);
        observations.push(observe(follower));
      }
      if (random() < 0.05) follower.reload();
      await sleep(random() * 10);
    }
  };
  const write = async (persister: OpenedPersister) => {
    for (let writes = 0; writes < WRITES; writes++) {
      const outcome = random();
      if (outcome < 0.1) await persister.deleteTuples({ object: pick(random, PARTS) });
      else await persister.writeTuples(randomDeltas(random, outcome > 0.9 ? 1500 : 4));
      if (random() < 0.5) await sleep(random() * 10);
    }
  };
  const watching = followers.map(watch);
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(persisters[index % 2] ?? first)));
  isOver = true;
  await Promise.all(watching);
  for (const follower of followers) {
    await settled(follower);
    observations.push(observe(follower));
    assert.equal(follower.revision, await first.readRevision());
    const stored = (await readAll(first)).filter(({ namespace }) => namespace !== 'left out').map(tupleKey);
    assert.deepEqual(observe(follower).keys, stored.sort());
    await follower[Symbol.asyncDispose]();
  }
  if (second !== first) await second[Symbol.asyncDispose]();
  assert.deepEqual(failures, []);
  assert.ok(observations.length > 10, `${observations.length} observations`);
  compareWithHistory(observations, history);
}

async function settled(follower: GraphFollower<MapGraph>): Promise<void> {
  for (let tries = 0; (await follower.fresh()) === undefined; tries++) {
    assert.ok(tries < 1000, 'it does not settle');
    await sleep(10);
  }
}

function observe({ graph, revision }: GraphFollower<MapGraph>): Observation {
  assert.ok(graph !== undefined, 'what it promised is readable');
  return { revision, keys: graph.keys() };
}

/** Replays all commits, and looks at what was seen on the way. */
function compareWithHistory(observations: readonly Observation[], history: ReadonlyMap<number, Change>): void {
  const graph = new MapGraph();
  let revision = 0;
  for (const { revision: seen, keys } of [...observations].sort((a, b) => a.revision - b.revision)) {
    for (; revision < seen; revision++) {
      const change = history.get(revision + 1) ?? assert.fail(`nobody committed revision ${revision + 1}`);
      for (const { action, tuple } of change.deltas) if (tuple.namespace !== 'left out') graph[action](tuple);
    }
    assert.deepEqual(keys, graph.keys(), `revision ${revision}`);
  }
}

const PARTS = ['', 'a', 'b', 'ü', 'x'.repeat(300), 'nul\0'];

function randomDeltas(random: () => number, maxDeltas: number): TupleDelta[] {
  return Array.from({ length: 1 + Math.floor(random() * maxDeltas) }, () => ({
    action: random() < 0.6 ? 'insert' : 'delete',
    tuple: randomTuple(random),
  }));
}

function randomTuple(random: () => number): RelationTuple {
  const id = `${pick(random, PARTS)}${Math.floor(random() * 30)}`;
  return {
    namespace: pick(random, ['n', 'm', 'left out']),
    object: pick(random, PARTS),
    relation: pick(random, ['r', '']),
    subject:
      random() < 0.6
        ? { kind: 'id', id }
        : { kind: 'set', namespace: pick(random, PARTS), object: id, relation: pick(random, PARTS) },
  };
}

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T; // below the length
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
