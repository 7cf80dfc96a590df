import type { Cancellation } from '../engine/cancellation.ts';
import { SthenoError } from '../errors.ts';

/** @throws {SthenoError} when the request was given up, see {@link cancellationError} */
export function throwIfGivenUp(cancellation: Cancellation | undefined): void {
  const reason = cancellation?.abortReason;
  if (reason !== undefined) throw cancellationError(reason);
}

/** What a request was given up for, as its error: the reason if that is one, else what the reason means to a client. */
export function cancellationError(reason: unknown): SthenoError {
  if (reason instanceof SthenoError) return reason;
  const isDeadline = reason instanceof Error && reason.name === 'TimeoutError';
  return isDeadline
    ? new SthenoError('deadline_exceeded', {
        message: 'the deadline passed before the answer was known',
        cause: reason,
      })
    : new SthenoError('canceled', { message: 'the request was canceled', cause: reason });
}
