import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Model } from '../../src/namespace/model.ts';
import { canLose, type LostReference, lostReferences } from '../../src/namespace/orphan-rule.ts';
import { parseModelFiles } from '../../src/opl/parse-model-files.ts';
import type { TupleShape } from '../../src/tuple/tuple-shape.ts';

const NOTHING = '';
const PLAIN = 'class User implements Namespace {}\nclass Doc implements Namespace {}';
const GROUPS = `class User implements Namespace {}
class Group implements Namespace { related: { members: User[] } }
class Doc implements Namespace {
  related: { viewers: (User | SubjectSet<Group, "members">)[] }
  permits = { view: (ctx: Context): boolean => this.related.viewers.includes(ctx.subject) }
}`;

const id = (namespace: string, relation: string): TupleShape => ({ namespace, relation, subject: { kind: 'id' } });
const set = (namespace: string, relation: string, of: string, members: string): TupleShape => ({
  namespace,
  relation,
  subject: { kind: 'set', namespace: of, relation: members },
});
const lost = (namespace: string, relation: string, inSubject = false): LostReference => ({
  namespace,
  relation,
  inSubject,
});

interface Case {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly shape: TupleShape;
  readonly expected: readonly LostReference[];
}

const CASES: readonly Case[] = [
  { name: 'nothing by the same model', before: GROUPS, after: GROUPS, shape: id('Doc', 'viewers'), expected: [] },
  { name: 'its namespace', before: GROUPS, after: NOTHING, shape: id('Doc', 'viewers'), expected: [lost('Doc', '')] },
  {
    name: 'its relation',
    before: GROUPS,
    after: GROUPS.replaceAll('viewers', 'readers'),
    shape: id('Doc', 'viewers'),
    expected: [lost('Doc', 'viewers')],
  },
  {
    name: 'a relation that became a permit',
    before: GROUPS,
    after: `class User implements Namespace {}
class Doc implements Namespace {
  related: { readers: User[] }
  permits = { viewers: (ctx: Context): boolean => this.related.readers.includes(ctx.subject) }
}`,
    shape: id('Doc', 'viewers'),
    expected: [lost('Doc', 'viewers')],
  },
  {
    name: 'the subject of its set',
    before: GROUPS,
    after: PLAIN,
    shape: set('Doc', 'viewers', 'Group', 'members'),
    expected: [lost('Group', '', true)],
  },
  {
    name: 'the relation of its subject',
    before: GROUPS,
    after: GROUPS.replaceAll('members', 'people'),
    shape: set('Doc', 'viewers', 'Group', 'members'),
    expected: [lost('Group', 'members', true)],
  },
  {
    name: 'nothing when a namespace declares nothing any more',
    before: GROUPS,
    after: `${PLAIN}\nclass Group implements Namespace {}`,
    shape: set('Doc', 'viewers', 'Group', 'members'),
    expected: [],
  },
  {
    name: 'any relation when a namespace begins to declare some',
    before: PLAIN,
    after: GROUPS,
    shape: id('Doc', 'anything'),
    expected: [lost('Doc', 'anything')],
  },
  { name: 'nothing that it did not have', before: NOTHING, after: GROUPS, shape: id('Doc', 'anything'), expected: [] },
  {
    name: 'nothing of an object as the subject',
    before: GROUPS,
    after: GROUPS.replaceAll('members', 'people'),
    shape: set('Doc', 'viewers', 'Group', ''),
    expected: [],
  },
  {
    name: 'nothing by a permit as the subject that stays',
    before: GROUPS,
    after: GROUPS.replaceAll('members', 'people'),
    shape: set('Doc', 'viewers', 'Doc', 'view'),
    expected: [],
  },
];

describe('a tuple loses', () => {
  for (const { name, before, after, shape, expected } of CASES) {
    it(name, () => {
      const [old, young] = [modelOf(before), modelOf(after)];
      assert.deepEqual(lostReferences(shape, old, young), expected);
      if (expected.length > 0) assert.ok(canLose(old, young));
    });
  }

  it('nothing, which is known without a look at tuples, when a model only grows', () => {
    assert.equal(canLose(modelOf(GROUPS), modelOf(`${GROUPS}\nclass More implements Namespace {}`)), false);
    assert.equal(canLose(modelOf(NOTHING), modelOf(GROUPS)), false);
    assert.equal(
      canLose(modelOf(GROUPS), modelOf(GROUPS.replace('members: User[]', 'members: User[]\n a: User[]'))),
      false,
    );
    assert.equal(
      canLose(
        modelOf(GROUPS),
        modelOf(GROUPS.replace('viewers: (User | SubjectSet<Group, "members">)[]', 'viewers: User[]')),
      ),
      false,
    );
  });
});

function modelOf(content: string): Model {
  const { model, diagnostics } = parseModelFiles([{ name: 'model.ts', content }], '');
  assert.ok(model, JSON.stringify(diagnostics));
  return model;
}
