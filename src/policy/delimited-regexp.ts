import { parseRegexp } from './regexp/parse-regexp.ts';
import type { RegexpNode } from './regexp/regexp-node.ts';
import { RegexpSyntaxError } from './regexp/regexp-syntax-error.ts';

const META_CHARACTERS = /[\\.+*?()|[\]{}^$]/g;

/** A pattern of the flavor regex, taken apart: `texts[0] <expressions[0]> texts[1] … texts[n]`. */
interface DelimitedRegexp {
  readonly texts: readonly string[];
  readonly expressions: readonly string[];
}

/**
 * Takes a pattern apart at its outermost `<` and `>` (contract: acp §4.3). Throws a
 * `RegexpSyntaxError` when they are not balanced.
 */
export function splitDelimited(pattern: string): DelimitedRegexp {
  const texts: string[] = [];
  const expressions: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { index, 0: delimiter } of pattern.matchAll(/[<>]/g)) {
    if (delimiter === '<' && depth++ === 0) {
      texts.push(pattern.slice(start, index));
      start = index + 1;
    } else if (delimiter === '>' && --depth === 0) {
      expressions.push(pattern.slice(start, index));
      start = index + 1;
    } else if (depth < 0) throw new RegexpSyntaxError('a ">" without its "<"');
  }
  if (depth > 0) throw new RegexpSyntaxError('a "<" without its ">"');
  return { texts: [...texts, pattern.slice(start)], expressions };
}

/**
 * The whole pattern as one anchored expression: its texts quoted, its expressions as groups.
 * Each expression must be one by itself, so `<a)(b>` is none. Throws a `RegexpSyntaxError`.
 */
export function parseDelimited({ texts, expressions }: DelimitedRegexp): RegexpNode {
  for (const expression of expressions) parseRegexp(`^${expression}$`);
  const parts = texts.map((text, at) => {
    const expression = expressions[at];
    return quote(text) + (expression === undefined ? '' : `(${expression})`);
  });
  return parseRegexp(`^${parts.join('')}$`);
}

function quote(text: string): string {
  return text.replace(META_CHARACTERS, '\\$&');
}
