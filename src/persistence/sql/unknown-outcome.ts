import { SthenoError } from '../../errors.ts';

/** What is said when the connection, or the server, ended while a commit was under way: it may have gone through before. */
export function toUnknownOutcome(cause: unknown): SthenoError {
  return new SthenoError('unavailable', {
    message: 'the database is not available: the outcome of the write is unknown',
    cause,
  });
}
