import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { Revision } from './revision.ts';

/** What one commit changed. */
export interface Change {
  readonly revision: Revision;
  readonly committedAt: Date;
  readonly deltas: readonly TupleDelta[];
}

/** The committed changes in order. */
export interface ChangeFeed {
  /** The changes after `after`, in order and without gaps, at most `limit` of them. */
  readChanges(
    after: Revision,
    options: { limit: number; signal?: AbortSignal | undefined },
  ): Promise<readonly Change[]>;
}
