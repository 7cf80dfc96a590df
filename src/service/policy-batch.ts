import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cancellation } from '../engine/cancellation.ts';
import { SthenoError } from '../errors.ts';
import { throwIfGivenUp } from '../graph/cancellation.ts';
import type { AccessRequest } from '../policy/access-request.ts';
import { isAllowed } from '../policy/decide.ts';
import { PolicyEvaluationError } from '../policy/policy-error.ts';
import type { PolicyIndex } from '../policy/policy-index.ts';

/** How long a batch holds up other requests at most, but for one question that takes longer. */
const MAX_TURN_MS = 4;

/** How often a batch begins again because the policies changed under it. One within a turn never has to. */
const MAX_ATTEMPTS = 10;

/** The answer to one question of a batch. */
export interface BatchDecision {
  readonly allowed: boolean;
  /** Why it has no answer; `allowed` is false then. Undefined when it has one. */
  readonly error: PolicyEvaluationError | undefined;
  readonly durationMs: number;
}

/**
 * Answers questions in their order, all by one state of the policies, although others get their turn in between.
 * `fresh` gives the newest index, which may change whenever the turn is given up.
 * @throws {SthenoError} `aborted` when the policies never stay as they are for long enough
 */
export async function decideTogether(
  fresh: () => Promise<PolicyIndex>,
  requests: readonly AccessRequest[],
  cancellation: Cancellation,
): Promise<readonly BatchDecision[]> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const decisions = await decideBy(await fresh(), requests, cancellation);
    if (decisions !== undefined) return decisions;
  }
  throw new SthenoError('aborted', { message: 'the policies changed again and again while the batch was answered' });
}

/** Undefined when the index changed in the meantime. */
async function decideBy(
  index: PolicyIndex,
  requests: readonly AccessRequest[],
  cancellation: Cancellation,
): Promise<readonly BatchDecision[] | undefined> {
  const { version } = index;
  const decisions: BatchDecision[] = [];
  let beganMs = performance.now();
  for (const request of requests) {
    if (performance.now() - beganMs > MAX_TURN_MS) {
      await nextTurn();
      throwIfGivenUp(cancellation);
      if (index.version !== version) return undefined;
      beganMs = performance.now();
    }
    decisions.push(decide(index, request));
  }
  return decisions;
}

function decide(index: PolicyIndex, request: AccessRequest): BatchDecision {
  const beganMs = performance.now();
  const answered = (allowed: boolean, error?: PolicyEvaluationError): BatchDecision => ({
    allowed,
    error,
    durationMs: performance.now() - beganMs,
  });
  try {
    return answered(isAllowed(index, request));
  } catch (error) {
    if (!(error instanceof PolicyEvaluationError)) throw error;
    return answered(false, error);
  }
}
