import { SthenoError } from '../errors.ts';

/** A document that cannot be understood, or that cannot be a policy, a role or a request. */
export class InvalidPolicyError extends SthenoError {
  constructor(message: string) {
    super('invalid_argument', { message });
  }
}

/**
 * A check that has no answer: a stored pattern that it reached is invalid, or a condition met
 * a value of the wrong kind (contract: acp §4.4, §5).
 */
export class PolicyEvaluationError extends SthenoError {
  constructor(message: string) {
    super('failed_precondition', { message });
  }
}
