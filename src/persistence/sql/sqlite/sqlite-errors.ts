import { setTimeout as sleep } from 'node:timers/promises';
import SqliteConnection from 'better-sqlite3';
import { SthenoError } from '../../../errors.ts';
import { throwIfAborted } from '../abort.ts';

/** How long to wait before a busy database is tried again: from one step to the last. */
const MIN_WAIT_MS = 1;
const MAX_WAIT_MS = 25;

/**
 * Runs `work`, again and again while another process holds the lock that it needs: at
 * most for `busyTimeoutMs`, without blocking this process. `work` is one transaction, so
 * a failed try leaves nothing.
 * @throws SthenoError `aborted` when the time is over; other errors of the driver as `toSthenoError` has them
 */
export async function retryWhileBusy<T>(
  work: () => T,
  { busyTimeoutMs, signal }: { busyTimeoutMs: number; signal: AbortSignal | undefined },
): Promise<T> {
  let waitedMs = 0;
  for (let waitMs = MIN_WAIT_MS; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    throwIfAborted(signal);
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || waitedMs >= busyTimeoutMs) throw toSthenoError(error);
    }
    // Random, so that processes do not keep meeting at the same moments.
    const pauseMs = Math.ceil(waitMs * (0.5 + Math.random() / 2));
    waitedMs += pauseMs;
    await sleep(pauseMs);
  }
}

/** What a client may know of an error of the driver; the error itself is the cause. */
export function toSthenoError(error: unknown): unknown {
  if (!(error instanceof SqliteConnection.SqliteError)) return error;
  if (isBusy(error)) return new SthenoError('aborted', { cause: error });
  if (UNAVAILABLE.test(error.code)) {
    return new SthenoError('unavailable', { message: 'the database is not available', cause: error });
  }
  return new SthenoError('internal', { cause: error });
}

/** The file cannot be opened, read or written, or the disk is full (sqlite.org/rescode.html). */
const UNAVAILABLE = /^SQLITE_(?:CANTOPEN|IOERR|FULL|READONLY|NOTADB|PERM|AUTH)/;

function isBusy(error: unknown): boolean {
  return error instanceof SqliteConnection.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code);
}
