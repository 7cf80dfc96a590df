import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tupleProblem } from '../../src/namespace/tuple-rule.ts';
import { parseTestTuple } from '../support/parse-test-tuple.ts';
import { modelOf } from '../support/world.ts';

const MODEL = modelOf({
  opl: `
    class User implements Namespace {}
    class Group implements Namespace { related: { members: User[] } }
    class Doc implements Namespace {
      related: { viewers: (User | SubjectSet<Group, "members">)[], owners: User[] }
      permits = { view: (ctx) => this.related.viewers.includes(ctx.subject) }
    }
    class Sum implements Namespace { permits = { all: (ctx) => this.permits.all(ctx) } }`,
});

const TYPES = 'expected "User" or "Group#members"';
const RELATIONS = 'expected "viewers" or "owners"';

describe('the tuples that a model allows', () => {
  const cases: [tuple: string, place?: string, message?: string][] = [
    ['Doc:a#viewers@ann'],
    ['Doc:a#owners@ann'],
    ['Doc:a#viewers@(User:ann#)'],
    ['Doc:a#viewers@(Group:g#members)'],
    ['User:a#anything@ann'],
    ['User:a#anything@(Doc:a#viewers)'],
    ['Dok:a#viewers@ann', 'namespace', 'namespace "Dok" is not declared'],
    ['Doc:a#viewer@ann', 'relation', `relation "viewer" is not declared in namespace "Doc": ${RELATIONS}`],
    ['Doc:a#@ann', 'relation', `relation "" is not declared in namespace "Doc": ${RELATIONS}`],
    ['Doc:a#view@ann', 'relation', `"view" is a permit of namespace "Doc", which no tuple grants: ${RELATIONS}`],
    [
      'Sum:a#all@ann',
      'relation',
      '"all" is a permit of namespace "Sum", which no tuple grants: expected no tuple at all',
    ],
    ['Doc:a#viewers@(Usr:ann#)', 'subject', 'namespace "Usr" is not declared'],
    ['User:a#anything@(Usr:ann#)', 'subject', 'namespace "Usr" is not declared'],
    ['Doc:a#viewers@(Doc:b#)', 'subject', `subjects "Doc" are not allowed: ${TYPES}`],
    ['Doc:a#viewers@(Group:g#)', 'subject', `subjects "Group" are not allowed: ${TYPES}`],
    ['Doc:a#viewers@(Group:g#member)', 'subject', `subjects "Group#member" are not allowed: ${TYPES}`],
    ['Doc:a#owners@(Group:g#members)', 'subject', 'subjects "Group#members" are not allowed: expected "User"'],
  ];
  for (const [tuple, place, message] of cases) {
    it(`${tuple}: ${message ?? 'allowed'}`, () => {
      assert.deepEqual(
        tupleProblem(parseTestTuple(tuple), MODEL),
        place === undefined ? undefined : { place, message },
      );
    });
  }
});
