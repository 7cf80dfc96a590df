import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRegexp, programSize } from '../../../src/policy/regexp/compile-regexp.ts';
import { parseRegexp } from '../../../src/policy/regexp/parse-regexp.ts';
import { search } from '../../../src/policy/regexp/search.ts';
import { StepBudget, StepsExhaustedError } from '../../../src/policy/regexp/step-budget.ts';

/** Expressions that engines with backtracking need exponential or high polynomial time for. */
const CATASTROPHES = [
  { expression: '^((a+)+$)$', unit: 'a', end: 'b' },
  { expression: '^(a|aa)+$', unit: 'a', end: 'b' },
  { expression: '^(a|a?)+$', unit: 'a', end: 'b' },
  { expression: '^(.*a){12}$', unit: 'a', end: 'b' },
  { expression: '^(x+x+)+y$', unit: 'x', end: 'x' },
  { expression: '^(([a-z])+.)+[A-Z]([a-z])+$', unit: 'a', end: '!' },
  { expression: '(.*)*(.*)*(.*)*z', unit: 'a', end: 'b' },
  { expression: '^(\\w+\\s?)*$', unit: 'word ', end: '!' },
  { expression: '^(a*)*$', unit: 'a', end: 'b' },
  { expression: '^((a?){20}a{20})*$', unit: 'a', end: 'b' },
  { expression: '(?i)^(k+)+$', unit: 'k', end: 'x' },
];

describe('matching', () => {
  for (const { expression, unit, end } of CATASTROPHES) {
    it(`takes at most one step an instruction and character: ${expression}`, () => {
      const program = compileRegexp(parseRegexp(expression));
      for (const repetitions of [30, 3_000]) {
        const text = unit.repeat(repetitions) + end;
        const budget = new StepBudget({ maxSteps: Number.POSITIVE_INFINITY });
        search(program, text, budget);
        assert.ok(budget.steps > 0);
        assert.ok(budget.steps <= program.length * (text.length + 1), `${budget.steps} steps`);
      }
    });
  }

  it('stops where nothing can match any more', () => {
    const budget = new StepBudget({ maxSteps: Number.POSITIVE_INFINITY });
    assert.equal(search(compileRegexp(parseRegexp('^b*$')), `b${'a'.repeat(100_000)}`, budget), false);
    assert.ok(budget.steps < 20, `${budget.steps} steps`);
  });

  it('counts a look into the tables of Unicode as a step', () => {
    const budget = new StepBudget({ maxSteps: 50 });
    assert.throws(() => search(compileRegexp(parseRegexp('^\\pL*$')), 'é'.repeat(30), budget), StepsExhaustedError);
  });

  it('gives up when the budget is spent, also by others', () => {
    const program = compileRegexp(parseRegexp('^a*$'));
    const budget = new StepBudget({ maxSteps: 1_000 });
    assert.equal(search(program, 'a'.repeat(150), budget), true);
    assert.throws(() => search(program, 'a'.repeat(150), budget), StepsExhaustedError);
  });
});

describe('the size of a program', () => {
  const expressions = [
    '',
    'abc',
    'a|b|',
    'a*b+c?',
    '(ab){3}',
    '(a|bc){2,}',
    '(a?b){1,4}',
    '((a{2}){2}){2,3}',
    'x{0}y{0,}',
  ];
  for (const expression of expressions) {
    it(`is told before it is compiled: ${JSON.stringify(expression)}`, () => {
      const node = parseRegexp(expression);
      assert.equal(programSize(node), compileRegexp(node).length);
    });
  }

  it('does not grow by repetitions of nothing', () => {
    assert.equal(programSize(parseRegexp('(?:(?:)*(){1000}(?i)){1000}a')), 2);
  });
});
