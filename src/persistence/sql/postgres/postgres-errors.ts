import pg from 'pg';
import { SthenoError } from '../../../errors.ts';
import { LeaseHeldError } from '../lease-held-error.ts';
import { toUnknownOutcome } from '../unknown-outcome.ts';

/** Serialization failure and deadlock: the database took the transaction back, and asks for another try. */
const CONFLICTS = new Set(['40001', '40P01']);

/** What a client may know of an error of the driver; the error itself is the cause. */
export function toSthenoError(error: unknown): SthenoError {
  if (error instanceof SthenoError) return error;
  if (error instanceof pg.DatabaseError) {
    if (error.constraint === LEASE) return new LeaseHeldError({ cause: error });
    if (CONFLICTS.has(error.code ?? '')) return new SthenoError('aborted', { cause: error });
    if (!UNAVAILABLE.test(error.code ?? '')) return new SthenoError('internal', { cause: error });
  }
  // Without a code of the server it is the connection that failed.
  return new SthenoError('unavailable', { message: 'the database is not available', cause: error });
}

/**
 * The same for what failed while a commit was under way. When it was the connection, or the server that ended, the
 * commit may have gone through before.
 */
export function toCommitError(error: unknown): SthenoError {
  const known = toSthenoError(error);
  const { cause } = known;
  const isTold = cause instanceof pg.DatabaseError && !SHUTTING_DOWN.has(cause.code ?? '');
  if (known.code !== 'unavailable' || isTold) return known;
  return toUnknownOutcome(cause);
}

/** What a commit is refused with while another server holds the lease; the migration that made it has its name as well. */
const LEASE = 'heads_lease';

/** The server's own end, in the middle of whatever it was doing: admin_shutdown and crash_shutdown. */
const SHUTTING_DOWN = new Set(['57P01', '57P02']);

/** Connection trouble, rejected logins, no such database, resources, cancelled or timed out, shutting down (PostgreSQL manual, appendix A). */
const UNAVAILABLE = /^(?:08|28|3D|53|57)/;
