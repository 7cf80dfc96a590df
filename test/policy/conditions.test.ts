import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluateConditions } from '../../src/policy/conditions.ts';
import type { JsonObject, JsonValue } from '../../src/policy/json-value.ts';
import { PolicyEvaluationError } from '../../src/policy/policy-error.ts';

type Outcome = boolean | 'error';

interface Case {
  readonly type: string;
  /** Undefined: the condition has no key `options`. */
  readonly options?: JsonValue;
  /** Undefined: the context has no such key. */
  readonly value?: JsonValue;
  readonly outcome: Outcome;
}

/** Beside the recordings: what acp §5 says about kinds and absence, and the borders of networks. */
const CASES: readonly Case[] = [
  { type: 'StringEqualCondition', options: { equals: 'x' }, value: 'x', outcome: true },
  { type: 'StringEqualCondition', options: { equals: 'x' }, value: 'X', outcome: false },
  { type: 'StringEqualCondition', options: { equals: 1 }, value: 1, outcome: false },
  { type: 'StringEqualCondition', options: null, value: 'x', outcome: false },
  { type: 'stringEqualCondition', options: { equals: 'x' }, value: 'x', outcome: false },
  { type: 'StringMatchCondition', options: { matches: 'b' }, value: 'abc', outcome: true },
  { type: 'StringMatchCondition', options: { matches: 5 }, outcome: false },
  { type: 'StringMatchCondition', options: {}, value: 5, outcome: false },
  { type: 'StringMatchCondition', options: { matches: null }, value: 'a', outcome: 'error' },
  { type: 'StringMatchCondition', options: { matches: 'a' }, value: null, outcome: 'error' },
  { type: 'EqualsSubjectCondition', options: 'anything', value: 'subject', outcome: true },
  { type: 'EqualsSubjectCondition', value: 'subject', outcome: false },
  {
    type: 'StringPairsEqualCondition',
    options: {},
    value: [
      [
        { a: [1], b: null },
        { b: null, a: [1] },
      ],
    ],
    outcome: true,
  },
  { type: 'StringPairsEqualCondition', options: {}, value: [[{ a: 1 }, { a: 1, b: 1 }]], outcome: false },
  { type: 'StringPairsEqualCondition', options: {}, value: [[[], {}]], outcome: false },
  { type: 'StringPairsEqualCondition', options: {}, value: [[0, -0]], outcome: true },
  { type: 'StringPairsEqualCondition', options: {}, value: [[1, '1']], outcome: false },
  { type: 'StringPairsEqualCondition', options: {}, value: [[1, 2], null], outcome: 'error' },
  { type: 'StringPairsEqualCondition', options: {}, outcome: false },
  { type: 'BooleanCondition', options: { value: false }, value: false, outcome: true },
  { type: 'BooleanCondition', options: {}, value: false, outcome: false },
  { type: 'ResourceContainsCondition', options: [], outcome: true },
  { type: 'ResourceContainsCondition', options: { value: 'b', delimiter: ':' }, outcome: true },
  { type: 'ResourceContainsCondition', options: { value: 'a:', delimiter: ':' }, outcome: false },
  { type: 'ResourceContainsCondition', options: { value: null }, outcome: 'error' },
  { type: 'ResourceContainsCondition', options: { delimiter: 1 }, outcome: 'error' },
  { type: 'ResourceContainsCondition', outcome: false },
  { type: 'NoSuchCondition', options: {}, value: 'x', outcome: false },
  { type: 'constructor', options: {}, value: 'x', outcome: false },
  { type: 'CIDRCondition', options: {}, value: 'no address', outcome: false },
  { type: 'CIDRCondition', options: { cidr: 'no network' }, outcome: false },
  ...network('10.0.0.0/31', { inside: ['10.0.0.0', '10.0.0.1', '::ffff:10.0.0.1'], outside: ['10.0.0.2', '::1'] }),
  ...network('10.1.2.3/9', { inside: ['10.127.255.255'], outside: ['10.128.0.0'] }),
  ...network('0.0.0.0/0', { inside: ['255.255.255.255'], outside: ['::', '::10.0.0.1'] }),
  ...network('10.0.0.1/032', { inside: ['10.0.0.1'], outside: ['10.0.0.0'] }),
  ...network('2001:DB8::/33', { inside: ['2001:db8:7fff::'], outside: ['2001:db8:8000::', '1.2.3.4'] }),
  ...network('::/0', { inside: ['::', 'ffff::'], outside: ['0.0.0.0', '::ffff:0.0.0.0'] }),
  ...network('::ffff:192.168.0.0/112', { inside: ['192.168.255.1'], outside: ['192.169.0.0', '::c0a8:1'] }),
  ...network('::ffff:0:0/90', { inside: ['::ffc0:0:0'], outside: ['1.2.3.4', '::ffff:1.2.3.4'] }),
  ...['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0/8', '/8', '::/129', 'fe80::1%eth0/64', '10.0.0.0/+8', 5].map(
    (cidr): Case => ({ type: 'CIDRCondition', options: { cidr }, value: '10.0.0.0', outcome: 'error' }),
  ),
  ...['', 'x', '10.0.0.1/32', '10.0.0.1:80', '[::1]', 'fe80::1%eth0', ' 10.0.0.1', '10.0.0.010', '10.0.0', 5, null].map(
    (value): Case => ({ type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' }, value, outcome: 'error' }),
  ),
];

describe('conditions', () => {
  for (const { type, options, value, outcome } of CASES) {
    const condition = { type, ...(options === undefined ? {} : { options }) };
    const context = value === undefined ? {} : { key: value };
    it(`${JSON.stringify(condition)} of ${JSON.stringify(context)}: ${outcome}`, () => {
      assert.equal(outcomeOf({ key: condition }, context), outcome);
    });
  }

  it('that are no objects are not met', () => {
    for (const entry of [null, 'x', 5, [], {}, { type: 7, options: {} }]) {
      assert.equal(outcomeOf({ key: entry }, { key: 'x' }), false);
    }
  });

  it('look at keys of the context itself only', () => {
    const condition = { type: 'EqualsSubjectCondition', options: {} };
    assert.equal(outcomeOf({ toString: condition }, {}), false);
    assert.equal(outcomeOf({ '': condition }, { '': 'subject' }), true);
  });

  it('are all evaluated, so one that fails fails them all in any order', () => {
    const wrong = { type: 'CIDRCondition', options: { cidr: '10.0.0.0/8' } };
    const unmet = { type: 'StringEqualCondition', options: { equals: 'y' } };
    const context = { a: 'x', b: 'x' };
    assert.equal(outcomeOf({ a: wrong, b: unmet }, context), 'error');
    assert.equal(outcomeOf({ a: unmet, b: wrong }, context), 'error');
    assert.throws(
      () => evaluateConditions({ a: wrong }, requestWith(context), contains),
      new PolicyEvaluationError('condition "a": its value in the context must be an IP address'),
    );
  });

  it('that are absent or empty are met', () => {
    assert.deepEqual(evaluateConditions(undefined, requestWith(undefined), contains), []);
    assert.equal(outcomeOf({}, {}), true);
  });
});

function network(cidr: string, { inside, outside }: { inside: readonly string[]; outside: readonly string[] }): Case[] {
  const condition = { type: 'CIDRCondition', options: { cidr } };
  return [
    ...inside.map((value) => ({ ...condition, value, outcome: true })),
    ...outside.map((value) => ({ ...condition, value, outcome: false })),
  ];
}

function outcomeOf(conditions: JsonObject, context: JsonObject): Outcome {
  try {
    return evaluateConditions(conditions, requestWith(context), contains).every(({ isMet }) => isMet);
  } catch (error) {
    if (error instanceof PolicyEvaluationError) return 'error';
    throw error;
  }
}

function requestWith(context: JsonObject | undefined) {
  return { subject: 'subject', resource: 'a:b:c', action: 'action', context };
}

/** Expressions have tests of their own; here they are texts. */
function contains(expression: string, text: string): boolean {
  return text.includes(expression);
}
