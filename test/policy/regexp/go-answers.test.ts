import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compileRegexp } from '../../../src/policy/regexp/compile-regexp.ts';
import { parseRegexp } from '../../../src/policy/regexp/parse-regexp.ts';
import { RegexpSyntaxError } from '../../../src/policy/regexp/regexp-syntax-error.ts';
import { search } from '../../../src/policy/regexp/search.ts';
import { StepBudget } from '../../../src/policy/regexp/step-budget.ts';

interface GoAnswers {
  readonly texts: readonly string[];
  /** An expression, and the positions of the texts that contain a match; null if it is none. */
  readonly expressions: readonly (readonly [string, readonly number[] | null])[];
}

/** What the package `regexp` of Go 1.26 answered to expressions put together from all parts of its syntax. */
const ANSWERS = JSON.parse(
  readFileSync(new URL('../../conformance/regexp/go-answers.json', import.meta.url), 'utf8'),
) as GoAnswers;

describe('expressions that Go answered', () => {
  for (const [expression, expected] of ANSWERS.expressions) {
    it(JSON.stringify(expression), () => {
      if (expected === null) {
        assert.throws(() => parseRegexp(expression), RegexpSyntaxError);
        return;
      }
      const program = compileRegexp(parseRegexp(expression));
      const matched = ANSWERS.texts.flatMap((text, at) => (search(program, text, unlimited()) ? [at] : []));
      assert.deepEqual(matched, expected);
    });
  }
});

function unlimited(): StepBudget {
  return new StepBudget({ maxSteps: Number.POSITIVE_INFINITY });
}
