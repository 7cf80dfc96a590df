/**
 * What an evaluation knows about a membership, as one integer. Kleene's logic: an unknown
 * or a fault stays one unless the other operands decide. A limit that ran out or a fact not
 * loaded yet could still become anything, so it hides a fault; a fault is as definite as a
 * yes and no (contract: OPL C1; errors only count when the answer depends on them).
 *
 * - `MEMBER`, `NOT_MEMBER`
 * - below zero: unknown, the negated sum of the reasons
 * - from `FIRST_FAULT`: no answer exists, as the relation is undeclared
 * - from `FIRST_PARADOX`: no answer exists, as a fact depends on its own negation
 */
export type Verdict = number;

export const NOT_MEMBER: Verdict = 0;
export const MEMBER: Verdict = 1;
export const FIRST_FAULT: Verdict = 2;
const FIRST_PARADOX: Verdict = 2 ** 29;

/** The depth budget ran out. */
export const OUT_OF_DEPTH = 1;
/** The ceiling of steps was reached. */
export const OUT_OF_STEPS = 2;
/** Facts are missing that the source will have next time. */
export const UNLOADED = 4;
/** A set that is being evaluated was met again: only looking at the whole cycle tells. */
export const CYCLE = 8;

export type Fault = { readonly kind: 'undeclared' | 'paradox'; readonly relation: number };

export function undeclared(relation: number): Verdict {
  return FIRST_FAULT + relation;
}

export function paradox(relation: number): Verdict {
  return FIRST_PARADOX + relation;
}

/** The fault that a verdict from `FIRST_FAULT` on stands for. */
export function faultOf(verdict: Verdict): Fault {
  return verdict < FIRST_PARADOX
    ? { kind: 'undeclared', relation: verdict - FIRST_FAULT }
    : { kind: 'paradox', relation: verdict - FIRST_PARADOX };
}

export function negate(verdict: Verdict): Verdict {
  if (verdict === MEMBER) return NOT_MEMBER;
  return verdict === NOT_MEMBER ? MEMBER : verdict;
}

/** Both together, where neither decides: `neutral` is what the operator gives without operands. */
export function merge(a: Verdict, b: Verdict, neutral: Verdict, names: RelationNames): Verdict {
  if (a === neutral) return b;
  if (b === neutral) return a;
  if (a < 0) return b < 0 ? -(-a | -b) : a;
  return b < 0 ? b : firstFault(a, b, names);
}

/** What the numbers of relations stand for. */
export interface RelationNames {
  nameOf(relation: number): string;
}

/**
 * The one of two faults that is reported: an undeclared relation before a paradox, and else the one whose name comes
 * first. Neither the order of operands nor the numbers of a source have a bearing on it.
 */
export function firstFault(a: Verdict, b: Verdict, names: RelationNames): Verdict {
  if (a === b) return a;
  const left = faultOf(a);
  const right = faultOf(b);
  if (left.kind !== right.kind) return left.kind === 'undeclared' ? a : b;
  return names.nameOf(left.relation) < names.nameOf(right.relation) ? a : b;
}
