import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SthenoError } from '../../../errors.ts';
import { throwIfAborted } from '../abort.ts';

/** How often a transaction that met another one is tried again (contract: storage §3). */
const MAX_RETRIES = 10;

/** How long to wait before the first retry; each further one waits twice as long, up to the last. */
const MIN_WAIT_MS = 2;
const MAX_WAIT_MS = 200;

/** Serialization failure and deadlock: the database took the transaction back, and asks for another try. */
const CONFLICTS = new Set(['40001', '40P01']);

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

/** What a client may know of an error of the driver; the error itself is the cause. */
export function toSthenoError(error: unknown): SthenoError {
  if (error instanceof SthenoError) return error;
  if (error instanceof pg.DatabaseError) {
    if (CONFLICTS.has(error.code ?? '')) return new SthenoError('aborted', { cause: error });
    if (!UNAVAILABLE.test(error.code ?? '')) return new SthenoError('internal', { cause: error });
  }
  // Without a code of the server it is the connection that failed.
  return new SthenoError('unavailable', { message: 'the database is not available', cause: error });
}

/** Connection trouble, rejected logins, no such database, resources, cancelled or timed out, shutting down (PostgreSQL manual, appendix A). */
const UNAVAILABLE = /^(?:08|28|3D|53|57)/;
