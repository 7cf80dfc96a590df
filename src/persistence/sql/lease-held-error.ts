import { SthenoError } from '../../errors.ts';

/** Another server holds the right to write, so nothing was committed. Clients see it when that does not end in time. */
export class LeaseHeldError extends SthenoError {
  constructor({ cause }: { cause?: unknown } = {}) {
    super('unavailable', { message: 'another server holds the right to write: try again', cause });
  }
}
