import type { CharacterSet } from './character-set.ts';
import type { Assertion } from './regexp-node.ts';

/**
 * One step of a program. All but `jump` and `match` go on at the next instruction, `split`
 * also at its target, and those that consume a character at the character's end.
 */
export type Instruction =
  | { readonly kind: 'character'; readonly codePoint: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'split'; target: number }
  | { readonly kind: 'jump'; target: number }
  | { readonly kind: 'match' };

/** A regular expression as an automaton; it ends with the only `match`. */
export type Program = readonly Instruction[];
