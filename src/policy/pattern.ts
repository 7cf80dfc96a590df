import { MAX_PATTERN_LENGTH } from './complete-policy.ts';
import { parseDelimited, splitDelimited } from './delimited-regexp.ts';
import type { Flavor } from './flavor.ts';
import { type GlobPart, globToRegexp, parseGlob } from './glob-parser.ts';
import { compileRegexp } from './regexp/compile-regexp.ts';
import { parseRegexp } from './regexp/parse-regexp.ts';
import type { RegexpNode } from './regexp/regexp-node.ts';
import { RegexpSyntaxError } from './regexp/regexp-syntax-error.ts';
import { search } from './regexp/search.ts';
import type { StepBudget } from './regexp/step-budget.ts';

/** A pattern as its flavor reads it. It has to match the whole of a value. */
export type Pattern =
  /** Matches this text alone. */
  | { readonly kind: 'text'; readonly text: string }
  /** Matches some of the values that begin with the prefix. */
  | { readonly kind: 'matcher'; readonly prefix: string; readonly matcher: Matcher }
  | { readonly kind: 'invalid'; readonly reason: string };

export interface Matcher {
  /** What it takes to keep, in instructions. */
  readonly size: number;
  /** Throws a `StepsExhaustedError` when the budget runs out. */
  matches(value: string, budget: StepBudget): boolean;
}

/** Reads a pattern; one that cannot be read is a result, since it fails checks later and no write (acp §4.4). */
export function readPattern(flavor: Flavor, pattern: string): Pattern {
  try {
    switch (flavor) {
      case 'exact':
        return { kind: 'text', text: pattern };
      case 'glob':
        return readGlob(parseGlob(pattern));
      case 'regex':
        return readDelimited(pattern);
    }
  } catch (error) {
    if (error instanceof RegexpSyntaxError) return { kind: 'invalid', reason: error.message };
    throw error;
  }
}

/** What a pattern of kind `matcher` compiles to. */
export function matcherOf(flavor: Flavor, pattern: string): Matcher {
  const read = readPattern(flavor, pattern);
  if (read.kind !== 'matcher') throw new Error(`BUG: a pattern of kind ${read.kind} has no matcher`);
  return read.matcher;
}

/** An expression that is searched for anywhere in a text. Throws a `RegexpSyntaxError`. */
export function compileExpression(expression: string): Matcher {
  if (expression.length > MAX_PATTERN_LENGTH) throw new RegexpSyntaxError('expression too long');
  return programMatcher(parseRegexp(expression));
}

function readDelimited(pattern: string): Pattern {
  const parts = splitDelimited(pattern);
  const [prefix = ''] = parts.texts;
  if (parts.expressions.length === 0) return { kind: 'text', text: prefix };
  return { kind: 'matcher', prefix, matcher: programMatcher(parseDelimited(parts)) };
}

function readGlob(parts: readonly GlobPart[]): Pattern {
  const [first, ...more] = parts;
  if (first === undefined) return { kind: 'text', text: '' };
  if (first.kind === 'text' && more.length === 0) return { kind: 'text', text: first.text };
  return { kind: 'matcher', prefix: first.kind === 'text' ? first.text : '', matcher: globMatcher(parts) };
}

function globMatcher(parts: readonly GlobPart[]): Matcher {
  const [first, second, third, ...more] = parts;
  // Braces around everything: each alternative is read as if it stood alone.
  if (first?.kind === 'alternatives' && second === undefined) return anyMatcher(first.alternatives.map(globMatcher));
  // The two texts may overlap: `foo:**:bar` matches `foo:bar` (acp §4.2, prefix/suffix rule).
  if (first?.kind === 'text' && second?.kind === 'anyRun' && third?.kind === 'text' && more.length === 0) {
    return endsMatcher(first.text, third.text);
  }
  const [begin, end] = [assertion('beginText'), assertion('endText')];
  return programMatcher({ kind: 'sequence', parts: [begin, globToRegexp(parts), end] });
}

function assertion(kind: 'beginText' | 'endText'): RegexpNode {
  return { kind: 'assertion', assertion: kind };
}

function programMatcher(expression: RegexpNode): Matcher {
  const program = compileRegexp(expression);
  return { size: program.length, matches: (value, budget) => search(program, value, budget) };
}

function endsMatcher(start: string, end: string): Matcher {
  return { size: 1, matches: (value) => value.startsWith(start) && value.endsWith(end) };
}

function anyMatcher(matchers: readonly Matcher[]): Matcher {
  const size = matchers.reduce((sum, matcher) => sum + matcher.size, 1);
  return { size, matches: (value, budget) => matchers.some((matcher) => matcher.matches(value, budget)) };
}
