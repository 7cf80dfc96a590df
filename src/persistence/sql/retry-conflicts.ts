import { setTimeout as sleep } from 'node:timers/promises';
import { SthenoError } from '../../errors.ts';
import { throwIfAborted } from './abort.ts';

/** How often a transaction that met another one is tried again (contract: storage §3). */
const MAX_RETRIES = 10;

/** How long to wait before the first retry; each further one waits twice as long, up to the last. */
const MIN_WAIT_MS = 2;
const MAX_WAIT_MS = 200;

/**
 * Runs a transaction, again when it met another one.
 * @throws SthenoError `aborted` after the last try; whatever else `attempt` throws
 */
export async function retryConflicts<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let retries = 0; ; retries++) {
    throwIfAborted(signal);
    try {
      return await attempt();
    } catch (error) {
      const isConflict = error instanceof SthenoError && error.code === 'aborted';
      if (!isConflict || retries === MAX_RETRIES) throw error;
    }
    const waitMs = Math.min(MIN_WAIT_MS * 2 ** retries, MAX_WAIT_MS);
    await sleep(waitMs * (0.5 + Math.random() / 2));
  }
}
