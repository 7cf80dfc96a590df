import { SthenoError } from '../errors.ts';

/** Ids and patterns may be as long as a request. */
const MAX_QUOTED = 100;

/** A document that cannot be understood, or that cannot be a policy, a role or a request. */
export class InvalidPolicyError extends SthenoError {
  constructor(message: string) {
    super('invalid_argument', { message, reason: 'INVALID_POLICY_REQUEST' });
  }
}

/**
 * A check that has no answer: a stored pattern that it reached is invalid, or a condition met
 * a value of the wrong kind (contract: acp §4.4, §5).
 */
export class PolicyEvaluationError extends SthenoError {
  constructor(message: string) {
    super('failed_precondition', { message, reason: 'POLICY_EVALUATION_FAILED' });
  }
}

/** A text inside a message: in quotes, and its beginning only if it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED)}…`);
}
