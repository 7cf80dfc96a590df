import type { TupleDelta } from '../tuple/relation-tuple.ts';
import type { Revision } from './revision.ts';

/** What one commit changed. */
export interface Change {
  readonly revision: Revision;
  readonly committedAt: Date;
  readonly kind: ChangeKind;
  /** Each of them really changed the store, and each tuple is there once at most. None when the commit was about other things. */
  readonly deltas: readonly TupleDelta[];
  /** The checksum of all stored tuples after the commit (tuple/tuple-checksum.ts); undefined when it is not known. */
  readonly checksum: string | undefined;
}

/** What a commit was about: relation tuples, access control policies and roles, or a version of the model. */
export type ChangeKind = 'tuples' | 'policies' | 'model';

/** The newest revision and changes that lead there, of one state of the database. */
export interface ChangePage {
  readonly newest: Revision;
  /**
   * The checksum of all tuples that are stored at `newest`; undefined when it is not known. It is what stands in the
   * store: after a change by hand it may be no checksum at all.
   */
  readonly checksum: string | undefined;
  /**
   * Of every later commit the change is still there; the oldest such revision when something was asked for. Who is behind
   * it cannot catch up and must read the tuples anew.
   */
  readonly floor: Revision;
  /** In order and without gaps, from the first after the revision that was asked for. Fewer than lead to `newest` when a bound cut them. */
  readonly changes: readonly Change[];
}

export interface ReadChangesOptions {
  /** How many changes at most; at least 1. */
  readonly limit: number;
  /** Begin no further change once those of the page have this many bytes in the log. Default: 8 MiB. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The committed changes in order. */
export interface ChangeFeed {
  /** Whether no other process can ever write, so that every commit is told by `onCommitted`. */
  readonly isExclusive: boolean;
  /**
   * The newest revision, where that is known without asking the database: while no other process may write, and no
   * commit is under way. Every commit after it will be told by `onCommitted`, not those before. Undefined: read the log.
   * Being asked for it is a reason for the database's right to write to be had, where it can be lent.
   */
  soleNewest(): Revision | undefined;
  /**
   * What was committed after `after`. The answer proves freshness as well: it has every commit that was acknowledged,
   * by any process, before the call. When nothing is new it costs next to nothing; several may be read at once.
   *
   * A page that neither reaches `newest` nor is cut by a bound has no changes: `after` is below `floor`.
   * @throws {ChangeLogError} when the log is damaged
   */
  readChanges(after: Revision, options: ReadChangesOptions): Promise<ChangePage>;
  /**
   * Calls `listener` for each commit of this process, in their order, before whoever wrote is told. Others may have
   * committed in between, so revisions may be missing. Answers how to stop.
   */
  onCommitted(listener: (change: Change) => void): () => void;
  /**
   * Calls `listener` when somebody seems to have committed, as early as the database can tell, with the revision if it
   * tells that. It is a hint: it may come for nothing, and it may not come. Answers how to stop.
   */
  onHint(listener: (revision: Revision | undefined) => void): () => void;
  /**
   * Takes the oldest changes out of the log, `limit` of them at most, as far as they were committed before a time; the
   * idempotency keys of that time go with them. Answers how many. Any number of processes may do so at once.
   */
  trimChanges(options: { committedBefore: Date; limit: number; signal?: AbortSignal | undefined }): Promise<number>;
}
