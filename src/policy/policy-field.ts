import type { Flavor } from './flavor.ts';
import { readPattern } from './pattern.ts';
import { PolicyEvaluationError, quote } from './policy-error.ts';

/** From how many texts on a set is quicker than looking at each. */
const MANY_TEXTS = 16;

/** A pattern that matches more than a text: what it says, and how the values that it matches begin. */
export interface PrefixedPattern {
  readonly text: string;
  readonly prefix: string;
}

/** One list of patterns of a policy, taken apart. */
export class PolicyField {
  /** Patterns that match one text each: the texts. */
  readonly texts: readonly string[];
  readonly patterns: readonly PrefixedPattern[];
  readonly #manyTexts: ReadonlySet<string> | undefined;
  /** What is wrong with its first invalid pattern, if it has one. */
  readonly flaw: string | undefined;

  constructor(flavor: Flavor, patterns: readonly string[] | undefined) {
    const texts = new Set<string>();
    const prefixed: PrefixedPattern[] = [];
    let flaw: string | undefined;
    for (const text of new Set(patterns)) {
      const pattern = readPattern(flavor, text);
      if (pattern.kind === 'text') texts.add(pattern.text);
      // What it compiles to is not kept: most policies are never looked at closely.
      else if (pattern.kind === 'prefixed') prefixed.push({ text, prefix: pattern.prefix });
      else flaw ??= `invalid pattern ${quote(text)}: ${pattern.reason}`;
    }
    this.texts = [...texts];
    this.patterns = prefixed;
    this.#manyTexts = texts.size > MANY_TEXTS ? texts : undefined;
    this.flaw = flaw;
  }

  /**
   * The first of the patterns that matches one of the values. Throws a `PolicyEvaluationError`
   * if any pattern is invalid, also where another one matches (contract: acp §4.4).
   */
  findMatch(values: readonly string[], matching: Matching): FieldMatch | undefined {
    if (this.flaw !== undefined) throw new PolicyEvaluationError(this.flaw);
    const equal = values.find((value) => this.#hasText(value));
    if (equal !== undefined) return { pattern: equal, value: equal };
    for (const { text, prefix } of this.patterns) {
      for (const value of values) {
        if (value.startsWith(prefix) && matching.matches(text, value)) return { pattern: text, value };
      }
    }
    return undefined;
  }

  #hasText(value: string): boolean {
    return this.#manyTexts?.has(value) ?? this.texts.includes(value);
  }
}

/** Matches patterns of kind `prefixed` by their text. */
export interface Matching {
  matches(pattern: string, value: string): boolean;
}

export interface FieldMatch {
  readonly pattern: string;
  readonly value: string;
}
