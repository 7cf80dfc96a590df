import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CheckAnswer, EvaluationOptions } from '../../src/engine/permission-engine.ts';
import { SqlPermissionEngine } from '../../src/graph/sql-permission-engine.ts';
import { type OpenedPersister, openPersister } from '../../src/persistence/sql/open-persister.ts';
import { parseSubjectSet, parseTuple } from '../../src/tuple/tuple-text.ts';
import { type TestDatabase, testDatabases } from '../support/databases.ts';
import { hasMember } from '../support/tree-members.ts';
import { modelOf } from '../support/world.ts';
import { changeSides } from './support/change-sides.ts';

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
    class Door implements Namespace {
      related: { left: SubjectSet<Group, "members">[]; right: SubjectSet<Group, "members">[] }
      permits = {
        either: (ctx) => this.related.left.includes(ctx.subject) || this.related.right.includes(ctx.subject),
        both: (ctx) => this.related.left.includes(ctx.subject) && this.related.right.includes(ctx.subject),
        neither: (ctx) => !(this.related.left.includes(ctx.subject) || this.related.right.includes(ctx.subject)),
      }
    }`,
});
const OPTIONS: EvaluationOptions = { model: MODEL, strict: false, maxDepth: 25 };

/** The left groups are near, the right ones far: their members are read at different moments. */
const WAYS = [
  'Door:d#left@(Group:near#members)',
  'Door:d#right@(Group:far0#members)',
  ...[1, 2, 3, 4].map((i) => `Group:far${i - 1}#members@(Group:far${i}#members)`),
];
/** Moved by this process, which also watches. */
const HERE = ['ann', 'bob'];
/** Moved by another process, so that its writes come at any moment. */
const ELSEWHERE = ['cid', 'dot'];
const GROUPS = ['near', 'far4'] as const;
const ROUNDS = 40;
const ROUNDS_ELSEWHERE = 150;

for (const kind of testDatabases()) {
  describe(`while people change sides on ${kind.name}`, () => {
    let database: TestDatabase;
    let persister: OpenedPersister;

    before(async () => {
      database = await kind.create();
      persister = await openPersister({ dsn: database.dsn, autoMigrate: true });
      const tuples = [...WAYS, ...[...HERE, ...ELSEWHERE].map((person) => `Group:${GROUPS[0]}#members@${person}`)];
      await persister.writeTuples(tuples.map((text) => ({ action: 'insert', tuple: parseTuple(text) })));
    });
    after(async () => {
      await persister[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    it('nobody is seen on both sides, or on none', async () => {
      let isOver = false;
      const end = (): void => {
        isOver = true;
      };
      const engine = new SqlPermissionEngine({ persister });
      const seen = new Map([...HERE, ...ELSEWHERE].map((person) => [person, { left: 0, right: 0 }]));
      const hasSeenBoth = (person: string): boolean =>
        Object.values(seen.get(person) ?? {}).every((count) => count > 0);
      const watched = [...seen].map(([person, sides]) => watch(engine, person, sides, () => isOver));
      const moved = [
        ...HERE.map((person) => {
          const isEnough = (): boolean => hasSeenBoth(person);
          return changeSides(persister, { person, groups: GROUPS, rounds: ROUNDS, isEnough });
        }),
        // What is in memory belongs to one process.
        ...(kind.name === 'SQLite memory' ? [] : [changeSidesElsewhere(database.dsn)]),
      ];
      // Everything ends before the database does, also when something fails.
      const all = await Promise.allSettled([Promise.all(moved).finally(end), ...watched]);
      for (const { reason } of all.filter((one) => one.status === 'rejected')) throw reason;
      // Who never saw a change has watched nothing.
      for (const person of HERE) assert.ok(hasSeenBoth(person), `${person}: ${JSON.stringify(seen.get(person))}`);
    });
  });
}

async function changeSidesElsewhere(dsn: string): Promise<void> {
  const program = new URL('./support/side-changer.ts', import.meta.url).pathname;
  const args = ['--import', 'tsx', program, dsn, ...GROUPS, String(ROUNDS_ELSEWHERE), ...ELSEWHERE];
  await promisify(execFile)(process.execPath, args);
}

/** Asks in every way on which side somebody is, and counts how often they are seen there. */
async function watch(
  engine: SqlPermissionEngine,
  person: string,
  sides: { left: number; right: number },
  isOver: () => boolean,
): Promise<void> {
  const ask = async (...relations: string[]): Promise<CheckAnswer['kind'][]> => {
    const questions = relations.map((relation) => parseTuple(`Door:d#${relation}@${person}`));
    return (await engine.check(questions, OPTIONS)).answers.map(({ kind }) => kind);
  };
  while (!isOver()) {
    await setImmediate(); // as requests come from sockets
    assert.deepEqual(await ask('both'), ['not-member']);
    assert.deepEqual(await ask('neither'), ['not-member']);
    assert.deepEqual(await ask('either'), ['member']);
    const [left, right, ...derived] = await ask('left', 'right', 'either', 'both', 'neither');
    assert.notEqual(left, right, 'the answers of one batch are of two states');
    assert.deepEqual(derived, ['member', 'not-member', 'not-member']);
    assert.equal(await isInTree(engine, person), true);
    sides[left === 'member' ? 'left' : 'right']++;
  }
}

/** An expansion reads page by page and set by set, also of one state. */
async function isInTree(engine: SqlPermissionEngine, person: string): Promise<boolean> {
  const { tree } = await engine.expand(parseSubjectSet('Door:d#either'), {
    ...OPTIONS,
    rewrites: true,
    maxNodes: 1000,
  });
  return tree !== undefined && hasMember(tree, { kind: 'id', id: person }, MODEL);
}
