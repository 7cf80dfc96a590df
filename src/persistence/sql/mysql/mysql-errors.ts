import { SthenoError } from '../../../errors.ts';
import { toUnknownOutcome } from '../unknown-outcome.ts';

/** What a client may know of an error of the driver; the error itself is the cause. */
export function toSthenoError(error: unknown): SthenoError {
  if (error instanceof SthenoError) return error;
  const number = errorNumberOf(error);
  if (number !== undefined && CONFLICTS.has(number)) return new SthenoError('aborted', { cause: error });
  if (number !== undefined && !UNAVAILABLE.has(number)) return new SthenoError('internal', { cause: error });
  // Without a number of the server it is the connection that failed.
  return new SthenoError('unavailable', { message: 'the database is not available', cause: error });
}

/** The same for what failed while a commit was under way: the server's word that it did not happen is worth more than a lost connection. */
export function toCommitError(error: unknown): SthenoError {
  const known = toSthenoError(error);
  const number = errorNumberOf(known.cause);
  const isTold = number !== undefined && !ENDED_MEANWHILE.has(number);
  return known.code === 'unavailable' && !isTold ? toUnknownOutcome(known.cause) : known;
}

/** The number of an error that the server sent; errors of the connection have numbers, too, but no SQLSTATE. */
function errorNumberOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('sqlState' in error) || !('errno' in error)) return undefined;
  return typeof error.errno === 'number' ? error.errno : undefined;
}

/**
 * The database asks for another try: what a snapshot saw was changed, the wait for a lock took too long, a deadlock, a
 * table was altered (MySQL manual: server error message reference).
 */
const CONFLICTS: ReadonlySet<number> = new Set([1020, 1205, 1213, 1412]);

/**
 * Disk or table full, too many connections, out of memory, rejected logins, no such database, shutting down, host
 * blocked, read-only servers, limits of the user, killed, timed out, idle for too long (also MariaDB's numbers).
 */
const UNAVAILABLE: ReadonlySet<number> = new Set([
  1021, 1037, 1040, 1041, 1044, 1045, 1049, 1053, 1114, 1129, 1130, 1203, 1226, 1290, 1317, 1698, 1836, 1927, 1969,
  3024, 3118, 3159, 4031,
]);

/** The end of the server, of the statement or of the connection, in the middle of whatever was under way. */
const ENDED_MEANWHILE: ReadonlySet<number> = new Set([1053, 1317, 1927]);
