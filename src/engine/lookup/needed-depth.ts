import type { RuleRest } from './rule-rest.ts';

/**
 * The depth budget that a way to a membership takes, seen from the set it leads to, as `Grounder` counts it: 0 where the
 * subject is stored. Most ways are plain: stored sets, and permits that one of their rules is enough for, or with
 * a rest that is known to hold. Along these it
 * is known without a check that the subject is a member, given the budget. All others take `UNKNOWN_NEED`.
 */
export const UNKNOWN_NEED: number = 2 ** 29;

/** Through a stored subject set, or a computed relation: one level. */
export function needThroughSet(need: number): number {
  return need + 1;
}

/** Through a traverse: one level, and two where the subject is stored in the set behind it. */
export function needThroughTraverse(need: number): number {
  return Math.max(need + 1, 2);
}

/** Where a way leads by a rule that is not the whole permit: deeper in its body, and no less than the rest of it takes. */
export function needWithRest(need: number, { nesting, need: ofRest }: RuleRest): number {
  return Math.max(need + nesting, ofRest);
}

/** Whether the subject is a member for certain. */
export function isWithin(need: number, maxDepth: number): boolean {
  return Math.max(need, 1) <= maxDepth;
}
