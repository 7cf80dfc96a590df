import { SthenoError } from '../errors.ts';

/** @throws {SthenoError} when the signal has aborted: its reason if that is one, else what the reason means */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancellation(signal.reason);
}

/** What an aborted signal's reason means to a client. */
export function cancellation(reason: unknown): SthenoError {
  if (reason instanceof SthenoError) return reason;
  const isDeadline = reason instanceof Error && reason.name === 'TimeoutError';
  return isDeadline
    ? new SthenoError('deadline_exceeded', {
        message: 'the deadline passed before the answer was known',
        cause: reason,
      })
    : new SthenoError('canceled', { message: 'the request was canceled', cause: reason });
}
