/**
 * The depth budget that a way to a membership takes, seen from the set it leads to, as `Grounder` counts it: 0 where the
 * subject is stored. Most ways are plain: stored sets, and permits that one of their rules is enough for. Along these it
 * is known without a check that the subject is a member, given the budget. All others take `UNKNOWN`.
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

/** Whether the subject is a member for certain. */
export function isWithin(need: number, maxDepth: number): boolean {
  return Math.max(need, 1) <= maxDepth;
}
