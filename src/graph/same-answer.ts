import type { CheckAnswer } from '../engine/permission-engine.ts';

/** Whether two answers to one question say the same of one state. A ceiling of steps is not reached alike over every source. */
export function isSameAnswer(a: CheckAnswer, b: CheckAnswer): boolean {
  if (isTooLarge(a) || isTooLarge(b)) return true;
  if (a.kind !== 'error' || b.kind !== 'error') return a.kind === b.kind;
  return a.error.code === b.error.code && a.error.reason === b.error.reason;
}

function isTooLarge(answer: CheckAnswer): boolean {
  return answer.kind === 'unknown' && answer.limitation === 'nodes';
}
