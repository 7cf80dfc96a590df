import type { Cancellation } from '../../src/engine/cancellation.ts';

/** A request that is given up when the signal aborts. */
export function cancellationOf(signal: AbortSignal): Cancellation {
  return {
    signal,
    get abortReason() {
      return signal.aborted ? signal.reason : undefined;
    },
  };
}
