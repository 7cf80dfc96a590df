import type { CheckAnswer } from '../engine/permission-engine.ts';
import { faultOf, MEMBER, NOT_MEMBER, OUT_OF_STEPS, type Verdict } from '../engine/verdict.ts';
import { UndecidableError, UndeclaredRelationError } from '../errors.ts';

const YES: CheckAnswer = { kind: 'member' };
const NO: CheckAnswer = { kind: 'not-member' };
const TOO_DEEP: CheckAnswer = { kind: 'unknown', limitation: 'depth' };
const TOO_LARGE: CheckAnswer = { kind: 'unknown', limitation: 'nodes' };

/** What a question is answered with, for an evaluation's verdict. `nameOf` has the names of the relations in it. */
export function answerOf(verdict: Verdict, nameOf: (relation: number) => string): CheckAnswer {
  if (verdict === MEMBER) return YES;
  if (verdict === NOT_MEMBER) return NO;
  if (verdict < 0) return (-verdict & OUT_OF_STEPS) === 0 ? TOO_DEEP : TOO_LARGE;
  const fault = faultOf(verdict);
  const relation = nameOf(fault.relation);
  const error =
    fault.kind === 'undeclared'
      ? new UndeclaredRelationError(relation)
      : new UndecidableError(`relation "${relation}" depends on its own negation`);
  return { kind: 'error', error };
}
