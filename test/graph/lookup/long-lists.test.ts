import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Cancellation } from '../../../src/engine/cancellation.ts';
import { SthenoError } from '../../../src/errors.ts';
import type { FollowedState } from '../../../src/graph/followed-state.ts';
import { GraphPermissionEngine } from '../../../src/graph/graph-permission-engine.ts';
import { ResidentGraph } from '../../../src/graph/resident/resident-graph.ts';
import { SqlPermissionEngine } from '../../../src/graph/sql-permission-engine.ts';
import { openPersister } from '../../../src/persistence/sql/open-persister.ts';
import type { RelationTuple } from '../../../src/tuple/relation-tuple.ts';
import { allPages, compareBytes } from '../../support/list-agreement.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { residentEngine } from '../../support/resident-engine.ts';
import { modelOf } from '../../support/world.ts';

const MODEL = modelOf({
  opl: `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: SubjectSet<Group, "members">[], banned: User[] }
  permits = {
    view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject),
    read: (ctx: Context): boolean => this.permits.view(ctx) && !this.related.banned.includes(ctx.subject),
    free: (ctx: Context): boolean => !this.related.banned.includes(ctx.subject),
  }
}`,
});
const BOUNDED = modelOf({
  opl: `
class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: SubjectSet<Group, "members">[], banned: User[] }
  permits = {
    view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject),
    read: (ctx: Context): boolean => this.permits.view(ctx) && !this.related.banned.includes(ctx.subject),
  }
}`,
});
const ANN = { kind: 'id', id: 'ann' } as const;
const READ = { namespace: 'Doc', relation: 'read', subject: ANN };

/** A group that ann is in with `count` others, which views `count` documents, one of which she is banned from. */
function world(count: number): { tuples: RelationTuple[]; objects: string[]; subjects: string[] } {
  const group = { kind: 'set', namespace: 'Group', object: 'all', relation: 'members' } as const;
  const names = Array.from({ length: count }, (_, i) => `${(i * 7919) % count}`);
  const tuples: RelationTuple[] = [
    { namespace: 'Group', object: 'all', relation: 'members', subject: ANN },
    { namespace: 'Doc', object: '1', relation: 'banned', subject: ANN },
  ];
  for (const name of names) {
    tuples.push({ namespace: 'Doc', object: name, relation: 'viewers', subject: group });
    tuples.push({ namespace: 'Group', object: 'all', relation: 'members', subject: { kind: 'id', id: name } });
  }
  const objects = names.filter((name) => name !== '1').sort(compareBytes);
  return { tuples, objects, subjects: ['ann', ...names].sort(compareBytes) };
}

describe('a long list', () => {
  const large = world(12_000);
  const small = world(3000);
  const engines = {
    // A new one each time: lists that were made before are remembered.
    'on a graph': { engineOf: () => residentEngine(large.tuples), ...large },
    'over a database': {
      engineOf: () => new SqlPermissionEngine({ persister: new MemoryReader(small.tuples) }),
      ...small,
    },
  };
  for (const [where, { engineOf, objects, subjects }] of Object.entries(engines)) {
    for (const [what, model] of Object.entries({ 'bounded rules': BOUNDED, 'a negation alone': MODEL })) {
      it(`is complete ${where}, by ${what}`, async () => {
        const engine = engineOf();
        const options = { model, strict: false, maxDepth: 25 };
        const { found, next, limitation } = await engine.listObjects(READ, options);
        assert.deepEqual([found, next, limitation], [objects, undefined, undefined]);
        const pages = await allPages((page) => engine.listObjects(READ, { ...options, ...page }), 1000);
        assert.deepEqual(pages, objects);
        const set = { namespace: 'Doc', object: '7', relation: 'read' };
        const { found: who } = await engine.listSubjects({ set, filter: { kind: 'id' } }, options);
        assert.deepEqual(
          who.map((subject) => subject.kind === 'id' && subject.id),
          subjects,
        );
      });
    }

    it(`lets others run meanwhile ${where}`, async () => {
      const turns = await turnsDuring(engineOf().listObjects(READ, { model: MODEL, strict: false, maxDepth: 25 }));
      assert.ok(turns >= 2, String(turns));
    });

    it(`ends when it is given up ${where}`, async () => {
      const engine = engineOf();
      const cancellation = givenUpAfter(2);
      const options = { model: MODEL, strict: false, maxDepth: 25, cancellation };
      const isCanceled = (error: unknown) => error instanceof SthenoError && error.code === 'canceled';
      await assert.rejects(engine.listObjects(READ, options), isCanceled);
      const set = { namespace: 'Doc', object: '7', relation: 'read' };
      await assert.rejects(engine.listSubjects({ set }, { ...options, cancellation: givenUpAfter(2) }), isCanceled);
    });
  }

  it('lets others run while SQLite is read', async () => {
    await using persister = await openPersister({ dsn: 'memory', autoMigrate: true });
    await persister.writeTuples(small.tuples.map((tuple) => ({ action: 'insert', tuple })));
    const engine = new SqlPermissionEngine({ persister });
    const turns = await turnsDuring(engine.listObjects(READ, { model: BOUNDED, strict: false, maxDepth: 25 }));
    assert.ok(turns >= 2, String(turns));
  });

  it('is of one revision of a graph that moves on, which is held for it in the end', async () => {
    const state = new MovingState(large.tuples);
    const database = new SqlPermissionEngine({ persister: new MemoryReader([]) });
    const budget = { absent: new Set<number>(), isAbsent: () => false };
    const engine = new GraphPermissionEngine({ state, budget, database, both: database });
    const { found, revision, source } = await engine.listObjects(READ, { model: BOUNDED, strict: false, maxDepth: 25 });
    state.stop();
    assert.deepEqual([found.length, source, state.holds], [large.objects.length, 'graph', 1]);
    assert.ok(revision > 1, String(revision));
  });
});

/** How many turns of the event loop others get until the work is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let turns = 0;
  for (; !isDone; turns++) await setImmediate();
  await done;
  return turns;
}

/** Says after so many looks that the request was given up. */
function givenUpAfter(looks: number): Cancellation {
  let left = looks;
  const gone = new AbortController();
  return {
    get abortReason() {
      if (left-- <= 0) gone.abort(new Error('gone'));
      return gone.signal.aborted ? gone.signal.reason : undefined;
    },
    signal: gone.signal,
  };
}

/** A graph whose revision is another one in every turn, unless it is held. */
class MovingState implements FollowedState {
  readonly graph: ResidentGraph = new ResidentGraph();
  revision = 1;
  holds = 0;
  #isHeld = false;
  #isMoving = true;

  constructor(tuples: readonly RelationTuple[]) {
    for (const tuple of tuples) this.graph.insert(tuple);
    void this.#move();
  }

  fresh = async (): Promise<number> => this.revision;
  awaitRevision = async (): Promise<number> => this.revision;

  hold(): () => void {
    this.holds++;
    this.#isHeld = true;
    return () => {
      this.#isHeld = false;
    };
  }

  stop(): void {
    this.#isMoving = false;
  }

  async #move(): Promise<void> {
    while (this.#isMoving) {
      await setImmediate();
      if (!this.#isHeld) this.revision++;
    }
  }
}
