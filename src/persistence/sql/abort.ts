import { SthenoError } from '../../errors.ts';

/** @throws SthenoError `canceled`, or the signal's reason when that is one already */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw toCanceledError(signal);
}

/**
 * The promise, or a rejection as soon as the signal aborts. The work behind the promise
 * goes on; its result is dropped.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => {}); // Nobody waits for it once the signal has aborted.
  throwIfAborted(signal);
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(toCanceledError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function toCanceledError(signal: AbortSignal): SthenoError {
  const reason: unknown = signal.reason;
  if (reason instanceof SthenoError) return reason;
  return new SthenoError('canceled', { message: 'the request was canceled', cause: reason });
}
