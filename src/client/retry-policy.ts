import type { RequestErrorCode } from './request-error.ts';

/** How often, and after which pauses, a request is sent again. */
export interface RetryPolicy {
  /** How often a request is sent at most, the first time included; 1: never again. Default 4. */
  readonly maxAttempts?: number | undefined;
  /** The longest pause before the second attempt; it doubles with each further one. Default 50. */
  readonly initialDelayMs?: number | undefined;
  /** The longest pause of all. Default 2000. */
  readonly maxDelayMs?: number | undefined;
}

const DEFAULTS = { maxAttempts: 4, initialDelayMs: 50, maxDelayMs: 2_000 };

/**
 * Failures that may be over the next time: the server cannot be reached, the connection broke, or another transaction
 * was in the way. Not `resource_exhausted`: the message is too large, and will be again. Not `deadline_exceeded`:
 * no time is left.
 */
const RETRYABLE: ReadonlySet<RequestErrorCode> = new Set(['unavailable', 'aborted']);

/**
 * The pause in milliseconds before the next attempt, or undefined when there should be none. The pause is a random part
 * of an exponentially growing one, so that clients which failed together do not come back together.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { code, attempts }: { code: RequestErrorCode; attempts: number },
): number | undefined {
  const { maxAttempts = DEFAULTS.maxAttempts, maxDelayMs = DEFAULTS.maxDelayMs } = policy;
  const { initialDelayMs = DEFAULTS.initialDelayMs } = policy;
  if (attempts >= maxAttempts || !RETRYABLE.has(code)) return undefined;
  return Math.random() * Math.min(maxDelayMs, initialDelayMs * 2 ** (attempts - 1));
}
