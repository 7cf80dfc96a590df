import { MAX_PATTERN_LENGTH } from './complete-policy.ts';
import { parseDelimited, splitDelimited } from './delimited-regexp.ts';
import type { Flavor } from './flavor.ts';
import { type GlobPart, globToRegexp, parseGlob } from './glob-parser.ts';
import type { Compilable } from './pattern-cache.ts';
import { compileRegexp, programSize } from './regexp/compile-regexp.ts';
import { parseRegexp } from './regexp/parse-regexp.ts';
import type { RegexpNode } from './regexp/regexp-node.ts';
import { RegexpSyntaxError } from './regexp/regexp-syntax-error.ts';
import { search } from './regexp/search.ts';

/**
 * A character of a text visits each instruction at most once, so this bounds what it can cost.
 * Expressions that people write have dozens; a list of thousands of names still fits.
 */
const MAX_INSTRUCTIONS = 100_000;

/** A pattern as its flavor reads it. It has to match the whole of a value. */
export type Pattern =
  /** Matches this text alone. */
  | { readonly kind: 'text'; readonly text: string }
  /** Matches some of the values that begin with the prefix. */
  | { readonly kind: 'prefixed'; readonly prefix: string; readonly compilable: Compilable }
  | { readonly kind: 'invalid'; readonly reason: string };

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

/** Reads an expression that is searched for anywhere in a text. Throws a `RegexpSyntaxError`. */
export function readExpression(expression: string): Compilable {
  if (expression.length > MAX_PATTERN_LENGTH) throw new RegexpSyntaxError('expression too long');
  return program(parseRegexp(expression));
}

function readDelimited(pattern: string): Pattern {
  const parts = splitDelimited(pattern);
  const [prefix = ''] = parts.texts;
  if (parts.expressions.length === 0) return { kind: 'text', text: prefix };
  return { kind: 'prefixed', prefix, compilable: program(parseDelimited(parts)) };
}

function readGlob(parts: readonly GlobPart[]): Pattern {
  const [first, ...more] = parts;
  if (first === undefined) return { kind: 'text', text: '' };
  if (first.kind === 'text' && more.length === 0) return { kind: 'text', text: first.text };
  return { kind: 'prefixed', prefix: first.kind === 'text' ? first.text : '', compilable: globProgram(parts) };
}

function globProgram(parts: readonly GlobPart[]): Compilable {
  const [first, second, third, ...more] = parts;
  // Braces around everything: each alternative is read as if it stood alone.
  if (first?.kind === 'alternatives' && second === undefined) return anyOf(first.alternatives.map(globProgram));
  // The two texts may overlap: `foo:**:bar` matches `foo:bar` (acp §4.2, prefix/suffix rule).
  if (first?.kind === 'text' && second?.kind === 'anyRun' && third?.kind === 'text' && more.length === 0) {
    return textsAtEnds(first.text, third.text);
  }
  return program({ kind: 'sequence', parts: [assertion('beginText'), globToRegexp(parts), assertion('endText')] });
}

function assertion(kind: 'beginText' | 'endText'): RegexpNode {
  return { kind: 'assertion', assertion: kind };
}

function program(expression: RegexpNode): Compilable {
  const size = programSize(expression);
  if (size > MAX_INSTRUCTIONS) throw new RegexpSyntaxError('expression too large');
  return {
    size,
    compile: () => {
      const compiled = compileRegexp(expression);
      return (value, budget) => search(compiled, value, budget);
    },
  };
}

function textsAtEnds(start: string, end: string): Compilable {
  return { size: 1, compile: () => (value) => value.startsWith(start) && value.endsWith(end) };
}

function anyOf(alternatives: readonly Compilable[]): Compilable {
  return {
    size: alternatives.reduce((sum, { size }) => sum + size, 0),
    compile: () => {
      const matchers = alternatives.map((alternative) => alternative.compile());
      return (value, budget) => matchers.some((matches) => matches(value, budget));
    },
  };
}
