import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainDecision } from '../../src/policy/explain.ts';
import type { Flavor } from '../../src/policy/flavor.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { PolicyIndex } from '../../src/policy/policy-index.ts';
import type { Role } from '../../src/policy/role.ts';

const QUESTION = { subject: 'ann', resource: 'docs:1', action: 'read', context: undefined };
const EVERYTHING = { subjects: ['**'], resources: ['**'], actions: ['**'] };
const READ = { pattern: 'read', value: 'read' };
const ALL = { maxPolicies: 100 };

describe('an explanation', () => {
  it('names the policies that apply, denials first, with what matched', () => {
    const index = indexOf('glob', [
      { ...policy('1'), subjects: ['b', 'team:*'], resources: ['docs:*'], actions: ['**'] },
      { ...policy('2'), subjects: ['ann'], resources: ['docs:1'], actions: ['read'], effect: 'deny' },
      { ...policy('3'), subjects: ['ann'], resources: ['docs:2'], actions: ['read'] },
    ]);
    index.upsertRole(role('team:x', ['ann']));
    assert.deepEqual(explainDecision(index, QUESTION, ALL), {
      allowed: false,
      error: undefined,
      roleIds: ['team:x'],
      policies: [
        {
          kind: 'applied',
          id: '2',
          effect: 'deny',
          subject: { pattern: 'ann', value: 'ann' },
          resource: { pattern: 'docs:1', value: 'docs:1' },
          action: READ,
          conditions: [],
        },
        {
          kind: 'applied',
          id: '1',
          effect: 'allow',
          subject: { pattern: 'team:*', value: 'team:x' },
          resource: { pattern: 'docs:*', value: 'docs:1' },
          action: { ...READ, pattern: '**' },
          conditions: [],
        },
      ],
      truncated: false,
    });
  });

  it('tells which conditions do not hold', () => {
    const conditions = {
      who: { type: 'EqualsSubjectCondition', options: {} },
      flag: { type: 'BooleanCondition', options: { value: true } },
      odd: 1,
    };
    const index = indexOf('glob', [{ ...policy('p'), ...EVERYTHING, conditions }]);
    const { allowed, policies } = explainDecision(index, { ...QUESTION, context: { who: 'ann' } }, ALL);
    assert.equal(allowed, false);
    assert.deepEqual(
      policies.map(({ kind }) => kind),
      ['unmet'],
    );
    assert.deepEqual(
      policies.flatMap((told) => (told.kind === 'failed' ? [] : told.conditions)),
      [
        { key: 'who', type: 'EqualsSubjectCondition', isMet: true },
        { key: 'flag', type: 'BooleanCondition', isMet: false },
        { key: 'odd', type: '', isMet: false },
      ],
    );
  });

  it('has an error in the place of an answer when a policy cannot be evaluated, and goes on', () => {
    const index = indexOf('glob', [
      { ...policy('1'), ...EVERYTHING },
      { ...policy('2'), resources: ['['] },
      { ...policy('3'), ...EVERYTHING, effect: 'deny' },
    ]);
    const { allowed, error, policies } = explainDecision(index, QUESTION, ALL);
    assert.equal(allowed, false);
    assert.match(error ?? '', /^policy "2": invalid pattern "\["/);
    assert.deepEqual(
      policies.map(({ kind, id }) => `${kind} ${id}`),
      ['failed 2', 'applied 3', 'applied 1'],
    );
  });

  it('ends where the steps do', () => {
    const costly = { subjects: ['ann'], actions: ['read'], resources: [`<${'.*'.repeat(500)}x>`] };
    const index = indexOf(
      'regex',
      ['1', '2', '3'].map((id) => ({ ...policy(id), ...costly })),
    );
    const { error, policies } = explainDecision(index, { ...QUESTION, resource: 'r'.repeat(20_000) }, ALL);
    assert.match(error ?? '', /took more than 5000000 steps/);
    assert.equal(policies.length, 1);
  });

  it('says that nothing is left out when as many are told as there are', () => {
    const index = indexOf('glob', [{ ...policy('1'), ...EVERYTHING }]);
    assert.equal(explainDecision(index, QUESTION, { maxPolicies: 1 }).truncated, false);
  });

  it('keeps what decided when there are more policies than may be told', () => {
    const index = indexOf('glob', [
      ...['1', '2', '3'].map((id) => ({ ...policy(id), ...EVERYTHING })),
      { ...policy('9'), ...EVERYTHING, effect: 'deny' },
    ]);
    const { allowed, policies, truncated } = explainDecision(index, QUESTION, { maxPolicies: 2 });
    assert.deepEqual([allowed, truncated], [false, true]);
    assert.deepEqual(
      policies.map(({ id }) => id),
      ['9', '1'],
    );
  });

  it('stays small when patterns and roles are long', () => {
    const long = 'x'.repeat(60_000);
    const ids = Array.from({ length: 50 }, (_, at) => String(at).padStart(2, '0'));
    const index = indexOf(
      'glob',
      ids.map((id) => ({ ...policy(id), ...EVERYTHING, actions: [`{read,${long}}`] })),
    );
    for (const id of ids) index.upsertRole(role(id + long, ['ann']));
    const { allowed, roleIds, policies, truncated } = explainDecision(index, QUESTION, ALL);
    assert.deepEqual([allowed, truncated], [true, true]);
    assert.equal(policies.length, 16);
    assert.equal(roleIds.length, 0);
  });
});

function policy(id: string): Policy {
  const nothing = { subjects: undefined, resources: undefined, actions: undefined, conditions: undefined };
  return { id, description: '', effect: 'allow', ...nothing };
}

function role(id: string, members: readonly string[]): Role {
  return { id, description: '', members };
}

function indexOf(flavor: Flavor, policies: readonly Policy[]): PolicyIndex {
  const index = new PolicyIndex({ flavor });
  for (const one of policies) index.upsertPolicy(one);
  return index;
}
