import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PatternCache } from '../../src/policy/pattern-cache.ts';
import { StepBudget, StepsExhaustedError } from '../../src/policy/regexp/step-budget.ts';

describe('the cache of patterns', () => {
  it('compiles a text again only when others that were used later took its room', () => {
    const compiled: string[] = [];
    const cache = cacheOf({ maxSize: 20, compiled });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) cache.get(text, budgetOf(1_000));
    assert.deepEqual(compiled, ['a', 'b', 'c', 'b']);
  });

  it('charges what it compiles, and nothing for what it has', () => {
    const cache = cacheOf({ maxSize: 20, compiled: [] });
    const budget = budgetOf(1_000);
    cache.get('abc', budget);
    assert.equal(budget.steps, 'abc'.length + 10);
    cache.get('abc', budget);
    assert.equal(budget.steps, 'abc'.length + 10);
  });

  it('compiles nothing that the budget does not pay for', () => {
    const compiled: string[] = [];
    assert.throws(() => cacheOf({ maxSize: 20, compiled }).get('a', budgetOf(10)), StepsExhaustedError);
    assert.deepEqual(compiled, []);
  });

  it('serves what is larger than all of its room', () => {
    const cache = cacheOf({ maxSize: 5, compiled: [] });
    assert.equal(cache.get('a', budgetOf(1_000))('a', budgetOf(1)), true);
  });
});

/** Each text compiles to ten instructions. */
function cacheOf({ maxSize, compiled }: { maxSize: number; compiled: string[] }): PatternCache {
  const read = (text: string) => ({
    size: 10,
    compile: () => {
      compiled.push(text);
      return (value: string) => value === text;
    },
  });
  return new PatternCache({ read, maxSize });
}

function budgetOf(maxSteps: number): StepBudget {
  return new StepBudget({ maxSteps });
}
