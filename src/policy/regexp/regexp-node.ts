import type { CharacterSet } from './character-set.ts';

/** A place that consumes no text. `wordBoundary` knows the letters, digits and `_` of ASCII only. */
export type Assertion = 'beginText' | 'endText' | 'beginLine' | 'endLine' | 'wordBoundary' | 'notWordBoundary';

/**
 * A parsed regular expression. Groups and greediness leave no trace: whether a text matches
 * depends on neither.
 */
export type RegexpNode =
  | { readonly kind: 'character'; readonly codePoint: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexpNode[] }
  | { readonly kind: 'alternation'; readonly branches: readonly RegexpNode[] }
  | { readonly kind: 'repetition'; readonly part: RegexpNode; readonly min: number; readonly max: number };
