import { setTimeout } from 'node:timers/promises';
import type { Cancellation } from '../engine/cancellation.ts';
import { SthenoError } from '../errors.ts';
import type { Revision } from '../persistence/revision.ts';
import { throwIfGivenUp } from './cancellation.ts';

/** How long a read waits for a revision that the database does not have yet, as with a replica that lags. */
const MAX_WAIT_MS = 2000;
const POLL_MS = 10;

/**
 * Reads the newest revision until it is `minRevision` or newer.
 * @throws {SthenoError} `failed_precondition` when it does not come in two seconds, and when the request is given up
 */
export async function awaitRevision(
  minRevision: Revision,
  read: () => Promise<Revision>,
  cancellation: Cancellation | undefined,
): Promise<void> {
  const giveUpAt = performance.now() + MAX_WAIT_MS;
  for (let revision = await read(); revision < minRevision; revision = await read()) {
    if (performance.now() > giveUpAt) {
      throw new SthenoError('failed_precondition', {
        reason: `revision ${minRevision} is not available, the newest is ${revision}`,
      });
    }
    await setTimeout(POLL_MS);
    throwIfGivenUp(cancellation);
  }
}
