import { SthenoError } from '../../errors.ts';

/** @throws SthenoError `canceled`, or the signal's reason when that is one already */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw toCanceledError(signal);
}

/**
 * The promise, or a rejection as soon as the signal aborts. The work behind the promise
 * goes on; its result is dropped.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  // By hand, as it is in the way of every write: Promise.race makes several promises.
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(toCanceledError(signal));
    const end = (): void => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    work.then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}

function toCanceledError(signal: AbortSignal): SthenoError {
  const reason: unknown = signal.reason;
  if (reason instanceof SthenoError) return reason;
  return new SthenoError('canceled', { message: 'the request was canceled', cause: reason });
}
