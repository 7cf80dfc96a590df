import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ListLimitation } from '../../../src/engine/permission-engine.ts';
import { SqlPermissionEngine } from '../../../src/graph/sql-permission-engine.ts';
import { parseTuple } from '../../../src/tuple/tuple-text.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { residentEngine } from '../../support/resident-engine.ts';
import { modelOf } from '../../support/world.ts';

const MODEL = modelOf({
  opl: `
class User implements Namespace {}
class Group implements Namespace { related: { members: (User | SubjectSet<Group, "members">)[] } }
class Folder implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}
class Doc implements Namespace {
  related: { parents: Folder[], viewers: (User | SubjectSet<Group, "members">)[] }
  permits = {
    view: (ctx: Context): boolean =>
      this.related.viewers.includes(ctx.subject) || this.related.parents.traverse((p) => p.permits.view(ctx)),
    both: (ctx: Context): boolean => this.permits.view(ctx) && this.related.viewers.includes(ctx.subject),
  }
}`,
});

/** What is stored, asked, and the least depth that is enough; none is when there is another limitation. */
const CASES: { way: string; tuples: string[]; relation: string; least: number | ListLimitation }[] = [
  { way: 'a tuple', tuples: ['Doc:1#viewers@ann'], relation: 'viewers', least: 1 },
  { way: 'a computed relation', tuples: ['Doc:1#viewers@ann'], relation: 'view', least: 1 },
  {
    way: 'a group',
    tuples: ['Doc:1#viewers@(Group:g#members)', 'Group:g#members@ann'],
    relation: 'viewers',
    least: 1,
  },
  {
    way: 'a computed relation and a group',
    tuples: ['Doc:1#viewers@(Group:g#members)', 'Group:g#members@ann'],
    relation: 'view',
    least: 2,
  },
  {
    way: 'a tuple of the permit behind a traverse',
    tuples: ['Doc:1#parents@(Folder:f#)', 'Folder:f#view@ann'],
    relation: 'view',
    least: 2,
  },
  {
    way: 'a traverse',
    tuples: ['Doc:1#parents@(Folder:f#)', 'Folder:f#viewers@ann'],
    relation: 'view',
    least: 2,
  },
  {
    way: 'a traverse and a group',
    tuples: ['Doc:1#parents@(Folder:f#)', 'Folder:f#viewers@(Group:g#members)', 'Group:g#members@ann'],
    relation: 'view',
    least: 3,
  },
  { way: 'an intersection', tuples: ['Doc:1#viewers@ann'], relation: 'both', least: 1 },
  {
    way: 'an undeclared relation',
    tuples: ['Doc:1#viewers@(Group:g#all)', 'Group:g#all@(Group:h#members)', 'Group:h#members@ann'],
    relation: 'viewers',
    least: 'undeclared-relation',
  },
  {
    way: 'an undeclared relation that is looked up one hop ahead',
    tuples: ['Doc:1#viewers@(Group:g#all)', 'Group:g#all@ann'],
    relation: 'viewers',
    least: 1,
  },
];

describe('what is found by following rules takes as much depth as a check', () => {
  const ann = { kind: 'id', id: 'ann' } as const;
  for (const { way, tuples: texts, relation, least } of CASES) {
    const tuples = texts.map(parseTuple);
    const engines = {
      graph: residentEngine(tuples),
      database: new SqlPermissionEngine({ persister: new MemoryReader(tuples) }),
    };
    for (const [source, engine] of Object.entries(engines)) {
      it(`through ${way}, from the ${source}`, async () => {
        for (let maxDepth = 1; maxDepth <= 5; maxDepth++) {
          const options = { model: MODEL, strict: false, maxDepth };
          const question = { namespace: 'Doc', object: '1', relation, subject: ann };
          const [answer] = (await engine.check([question], options)).answers;
          const isFound = typeof least === 'number' && maxDepth >= least;
          assert.equal(answer?.kind === 'member', isFound, `a check at depth ${maxDepth}`);
          const limitation = isFound ? undefined : typeof least === 'number' ? 'depth' : least;
          const objects = await engine.listObjects(question, options);
          const set = { namespace: 'Doc', object: '1', relation };
          const subjects = await engine.listSubjects({ set, filter: { kind: 'id' } }, options);
          if (isFound || maxDepth > 3) {
            assert.deepEqual([objects.found, objects.limitation], [isFound ? ['1'] : [], limitation]);
            assert.deepEqual([subjects.found, subjects.limitation], [isFound ? [ann] : [], limitation]);
          } else {
            assert.deepEqual([objects.found, subjects.found], [[], []], `lists at depth ${maxDepth}`);
            assert.notEqual(objects.limitation, undefined);
          }
        }
      });
    }
  }
});
