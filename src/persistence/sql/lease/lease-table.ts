import type { Revision } from '../../revision.ts';

/** The lease of a network as it is stored. */
export interface StoredLease {
  /** Names one holding, not a process; empty when nobody holds it. */
  readonly holder: string;
  /** Grows with whatever happens to it. */
  readonly renewals: number;
  /** Newest revision of the network. */
  readonly revision: Revision;
  /** Whether the holder is asked to give it back. */
  readonly isWanted: boolean;
}

/**
 * Where the lease is stored: beside the network's head, so that whoever changes it waits for the commits before. Each
 * change is one durable statement. All throw SthenoError.
 */
export interface LeaseTable {
  read(): Promise<StoredLease>;
  /** Takes it, unless somebody holds it. Answers the newest revision, or undefined. */
  acquire(holder: string): Promise<Revision | undefined>;
  /** Undefined when it is not held under this name any more. */
  renew(holder: string): Promise<Pick<StoredLease, 'revision' | 'isWanted'> | undefined>;
  /** Nothing happens when it is not held under this name. */
  release(holder: string): Promise<void>;
  /** Asks a holder to give it back. */
  want(holder: string): Promise<void>;
  /** Takes it from its holder, unless anything has happened to it or the head since. */
  end(seen: StoredLease): Promise<void>;
}
