import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AccessRequest } from '../../src/policy/access-request.ts';
import { isAllowed } from '../../src/policy/decide.ts';
import { FLAVORS, type Flavor } from '../../src/policy/flavor.ts';
import { readPattern } from '../../src/policy/pattern.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { PolicyEvaluationError } from '../../src/policy/policy-error.ts';
import { PolicyIndex } from '../../src/policy/policy-index.ts';
import { StepBudget } from '../../src/policy/regexp/step-budget.ts';
import type { Role } from '../../src/policy/role.ts';

interface World {
  readonly policies: readonly Policy[];
  readonly roles: readonly Role[];
}

/** Few words, so that policies, roles and questions meet; some are patterns of one flavor or the other, some invalid. */
const WORDS = ['a', 'b', 'a:b', 'a:c', 'b:b', ''];
const PATTERNS = [...WORDS, 'a:*', '**', 'a**b', '{a,b}:b', '[', 'a:<.*>', '<.*>', '<a|b>:b', '<', 'a>'];

const EQUALS_SUBJECT = { who: { type: 'EqualsSubjectCondition', options: {} } };
const WRONG_NETWORK = { who: { type: 'CIDRCondition', options: { cidr: 'x' } } };

const words = fc.constantFrom(...WORDS);
const patterns = fc.option(fc.uniqueArray(fc.constantFrom(...PATTERNS), { maxLength: 3 }), { nil: undefined });
const flavors = fc.constantFrom(...FLAVORS);
const policies = fc.record({
  id: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'),
  description: fc.constant(''),
  subjects: patterns,
  resources: patterns,
  actions: patterns,
  effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
  conditions: fc.constantFrom(undefined, undefined, {}, EQUALS_SUBJECT, WRONG_NETWORK),
});
const roles = fc.record({ id: words, description: fc.constant(''), members: fc.array(words, { maxLength: 2 }) });
const worlds: fc.Arbitrary<World> = fc.record({
  policies: fc.uniqueArray(policies, { selector: ({ id }) => id, maxLength: 5 }),
  roles: fc.uniqueArray(roles, { selector: ({ id }) => id, maxLength: 3 }),
});
const requests = fc.record({
  subject: words,
  resource: words,
  action: words,
  context: fc.constantFrom(undefined, { who: 'a' }, { who: 'b' }),
});

describe('a decision', () => {
  it('is that of all policies, one by one', () => {
    fc.assert(
      fc.property(flavors, worlds, requests, (flavor, world, request) => {
        assert.equal(outcome(indexOf(flavor, world), request), naiveOutcome(flavor, world, request));
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the order of policies and roles', () => {
    fc.assert(
      fc.property(flavors, worlds, requests, (flavor, world, request) => {
        const reversed = { policies: world.policies.toReversed(), roles: world.roles.toReversed() };
        assert.equal(outcome(indexOf(flavor, reversed), request), outcome(indexOf(flavor, world), request));
      }),
    );
  });

  it('is never to allow where a policy that denies applies', () => {
    fc.assert(
      fc.property(flavors, worlds, requests, (flavor, world, request) => {
        const { subject, resource, action } = request;
        const index = indexOf(flavor, world);
        const lists = { subjects: [subject], resources: [resource], actions: [action] };
        index.upsertPolicy({ ...emptyPolicy('deny it'), ...lists, effect: 'deny' });
        assert.notEqual(outcome(index, request), true);
      }),
    );
  });

  it('follows every change, as if the index were new', () => {
    const changes = fc.array(fc.oneof(policies, roles, fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', ...WORDS)));
    fc.assert(
      fc.property(flavors, changes, requests, (flavor, history, request) => {
        const index = new PolicyIndex({ flavor });
        const stored = { policies: new Map<string, Policy>(), roles: new Map<string, Role>() };
        for (const change of history) apply(index, stored, change);
        const fresh = indexOf(flavor, { policies: [...stored.policies.values()], roles: [...stored.roles.values()] });
        assert.equal(outcome(index, request), outcome(fresh, request));
        assert.equal(index.policyCount, stored.policies.size);
      }),
      { numRuns: 500 },
    );
  });

  it('says which policy could not be evaluated, and why', () => {
    const cases = [
      { policy: { resources: ['x', '<a'] }, message: 'policy "p": invalid pattern "<a": a "<" without its ">"' },
      {
        policy: { resources: ['r'], subjects: ['s', `<${'('.repeat(200)}>`] },
        message: `policy "p": invalid pattern "<${'('.repeat(99)}…": missing closing )`,
      },
      {
        policy: { ...EVERYTHING, conditions: { k: { type: 'StringMatchCondition', options: { matches: 'a(?=b)' } } } },
        message: 'policy "p": condition "k": invalid expression: invalid or unsupported group syntax "(?"',
      },
      {
        policy: { ...EVERYTHING, resources: [`<${'.*'.repeat(500)}x>`] },
        message: 'policy "p": took more than 5000000 steps',
      },
    ];
    for (const { policy, message } of cases) {
      const index = indexOf('regex', { policies: [{ ...emptyPolicy('p'), ...policy }], roles: [] });
      const request = { ...QUESTION, resource: 'r'.repeat(20_000), context: { k: 'ab' } };
      const isShort = !message.includes('steps');
      const asked = isShort ? { ...request, resource: 'r' } : request;
      assert.throws(() => isAllowed(index, asked), new PolicyEvaluationError(message));
    }
  });

  it('never takes an expression of a condition for a pattern, nor the other way round', () => {
    const matches = (expression: string) => ({ k: { type: 'StringMatchCondition', options: { matches: expression } } });
    const index = indexOf('regex', {
      policies: [
        { ...emptyPolicy('condition'), ...EVERYTHING, resources: ['c'], conditions: matches('<y+>') },
        { ...emptyPolicy('pattern'), ...EVERYTHING, resources: ['<y+>'] },
      ],
      roles: [],
    });
    for (let round = 0; round < 2; round++) {
      assert.equal(isAllowed(index, { ...QUESTION, resource: 'c', context: { k: 'x<yy>x' } }), true);
      assert.equal(isAllowed(index, { ...QUESTION, resource: 'c', context: { k: 'yy' } }), false);
      assert.equal(isAllowed(index, { ...QUESTION, resource: 'yy' }), true);
      assert.equal(isAllowed(index, { ...QUESTION, resource: 'x<yy>x' }), false);
    }
  });
});

const QUESTION: AccessRequest = { subject: 's', resource: 'r', action: 'a', context: undefined };
const EVERYTHING = { subjects: ['<.*>'], resources: ['<.*>'], actions: ['<.*>'] };

function emptyPolicy(id: string): Policy {
  const nothing = { subjects: undefined, resources: undefined, actions: undefined, conditions: undefined };
  return { id, description: '', effect: 'allow', ...nothing };
}

function indexOf(flavor: Flavor, { policies, roles }: World): PolicyIndex {
  const index = new PolicyIndex({ flavor });
  for (const policy of policies) index.upsertPolicy(policy);
  for (const role of roles) index.upsertRole(role);
  return index;
}

function apply(
  index: PolicyIndex,
  stored: { readonly policies: Map<string, Policy>; readonly roles: Map<string, Role> },
  change: Policy | Role | string,
): void {
  if (typeof change === 'string') {
    index.deletePolicy(change);
    index.deleteRole(change);
    stored.policies.delete(change);
    stored.roles.delete(change);
  } else if ('effect' in change) {
    index.upsertPolicy(change);
    stored.policies.set(change.id, change);
  } else {
    index.upsertRole(change);
    stored.roles.set(change.id, change);
  }
}

type Outcome = boolean | 'error';

function outcome(index: PolicyIndex, request: AccessRequest): Outcome {
  try {
    return isAllowed(index, request);
  } catch (error) {
    if (error instanceof PolicyEvaluationError) return 'error';
    throw error;
  }
}

/** The algorithm of acp §3 and §4.4 word by word, without any index. */
function naiveOutcome(flavor: Flavor, { policies, roles }: World, request: AccessRequest): Outcome {
  const subjects = [
    request.subject,
    ...roles.filter((role) => role.members?.includes(request.subject)).map(({ id }) => id),
  ];
  const applying = policies.map((policy) => {
    for (const [field, values] of [
      [policy.resources, [request.resource]],
      [policy.subjects, subjects],
      [policy.actions, [request.action]],
    ] as const) {
      const read = (field ?? []).map((text) => readPattern(flavor, text));
      if (read.some(({ kind }) => kind === 'invalid')) return 'error';
      const isMatch = (value: string) =>
        read.some((pattern) => {
          if (pattern.kind !== 'prefixed') return pattern.kind === 'text' && pattern.text === value;
          return pattern.compilable.compile()(value, new StepBudget({ maxSteps: 1_000_000 }));
        });
      if (!values.some(isMatch)) return undefined;
    }
    const who = request.context?.who;
    if (policy.conditions === WRONG_NETWORK) return who === undefined ? undefined : 'error';
    if (policy.conditions === EQUALS_SUBJECT && who !== request.subject) return undefined;
    return policy.effect;
  });
  if (applying.includes('error')) return 'error';
  return applying.includes('allow') && !applying.includes('deny');
}
