import type { CheckAnswer } from '../engine/permission-engine.ts';

/**
 * Whether two answers to one question say the same of one state. A ceiling of steps is not reached alike over every
 * source. Nor does the depth that a fault takes to be met have to be the same where sets lead to
 * each other: with less there is no answer either.
 */
export function isSameAnswer(a: CheckAnswer, b: CheckAnswer): boolean {
  if (isTooLarge(a) || isTooLarge(b)) return true;
  if (a.kind === 'error' && b.kind === 'error') return a.error.code === b.error.code;
  return a.kind === b.kind || (hasNone(a) && hasNone(b));
}

function isTooLarge(answer: CheckAnswer): boolean {
  return answer.kind === 'unknown' && answer.limitation === 'nodes';
}

function hasNone({ kind }: CheckAnswer): boolean {
  return kind === 'unknown' || kind === 'error';
}
