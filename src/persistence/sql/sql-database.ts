import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { Revision } from '../revision.ts';
import type { DocumentEdit } from './document-edit.ts';
import type { GuardedPlan } from './guarded-plan.ts';
import type { LeaseTable } from './lease/lease-table.ts';
import type { ModelWrite } from './model-write.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import type { BoundStatement } from './statement.ts';
import type { StoredSet, StoredSubject, StoredTuple } from './stored-tuple.ts';
import type { WritePlan } from './write-plan.ts';

/** A row as an array, in the order of the statement's columns. */
export type SqlRow = readonly unknown[];

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface CommitOptions extends CallOptions {
  /** The lease that it is committed under (`Lease`); undefined: under none. Only the name in hexadecimal digits. */
  readonly writer?: string | undefined;
}

/** Facts with stored forms, in the order of what was asked for. */
export interface StoredFacts {
  readonly revision: Revision;
  readonly stored: readonly boolean[];
  readonly subjectSets: readonly (readonly StoredSubject[])[];
}

/** A row of the change log. */
export interface StoredChange {
  readonly revision: Revision;
  readonly committedAt: Date;
  readonly kind: string;
  readonly payload: string;
  readonly checksum: string | null;
}

/** The head and what the log has behind a revision, of one state. */
export interface StoredChanges {
  readonly newest: Revision;
  readonly checksum: string | null;
  /** The oldest revision that the log has; undefined when it has none. Not looked up when nothing is new. */
  readonly oldest: Revision | undefined;
  /** In order. Cut by the bounds; at least one when there is one. */
  readonly changes: readonly StoredChange[];
}

export interface ChangeBounds {
  readonly limit: number;
  /** Begin no further change once those before have so many bytes of payload. */
  readonly maxBytes: number;
}

/** Runs statements; each call sees one state of the database. */
export interface SqlSession {
  query(statement: BoundStatement, options?: CallOptions): Promise<readonly SqlRow[]>;
  /** As `query`, for very many rows of columns that are all texts and never null. No value is bytes. */
  queryTexts(statement: BoundStatement, options?: CallOptions): Promise<readonly (readonly string[])[]>;
  /** Runs a statement that changes rows and returns none; answers how many it changed. */
  execute(statement: BoundStatement, options?: CallOptions): Promise<number>;
  /** @throws when the network has no head */
  findFacts(tuples: readonly StoredTuple[], sets: readonly StoredSet[], options?: CallOptions): Promise<StoredFacts>;
  /** @throws when the network has no head */
  findChanges(after: Revision, bounds: ChangeBounds, options?: CallOptions): Promise<StoredChanges>;
  /** The values of the table `strings` by digest. */
  findStrings(digests: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, string>>;
}

/** A DELETE, which returns the tuple columns where it can (see `SqlSyntax`), and a SELECT of what it deletes. */
export interface TupleDeletion {
  readonly matching: BoundStatement;
  readonly deletion: BoundStatement;
  /** A SELECT of a page of it, of the tuple columns in the order of listings, behind a row or from the first one. */
  readonly page: (after: StoredTuple | undefined, limit: number) => BoundStatement;
}

/** A deletion of at most `limit` rows, which may be infinite. */
export interface PartialTupleDeletion extends Pick<TupleDeletion, 'page'> {
  readonly limit: number;
  /** Is told inside the transaction whether more rows match; the last answer counts. */
  readonly onMore: (hasMore: boolean) => void;
}

/** What one commit does. */
export type Mutation =
  | { readonly kind: 'deltas'; readonly plan: WritePlan }
  /** Deltas under conditions. */
  | ({ readonly kind: 'guarded' } & GuardedPlan)
  | ({ readonly kind: 'delete' } & TupleDeletion)
  /** Of what matches as much as a limit allows. */
  | ({ readonly kind: 'delete-some' } & PartialTupleDeletion)
  /** Changes a policy or role, and no tuple. */
  | { readonly kind: 'document'; readonly edit: DocumentEdit }
  /** Writes a version of the model, and changes no tuple. */
  | { readonly kind: 'model'; readonly write: ModelWrite };

/** What a commit did. When it changed nothing, nothing was written and the revision is the newest one. */
export interface Committed {
  readonly revision: Revision;
  /** The tuples that it changed, as they stand in the change log. */
  readonly changes: readonly TupleDelta[];
  /** Of all stored tuples after the commit; undefined when it is not known, and when nothing changed. */
  readonly checksum: string | undefined;
  /** By the database's clock; undefined when nothing changed. */
  readonly committedAt: Date | undefined;
}

/**
 * What differs between databases: one implementation a dialect. Everything it throws is
 * a SthenoError without the driver's text.
 */
export interface SqlDatabase extends AsyncDisposable {
  /** The network whose rows are read and written, and its identity in tokens. */
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  /** Whether no other process can write. */
  readonly isExclusive: boolean;
  /** Where the right to write is lent to one process for a time; undefined where that is not done. */
  readonly lease: LeaseTable | undefined;
  readonly syntax: SqlSyntax;
  /** Each call sees everything that was committed before it. */
  readonly newest: SqlSession;
  /** A session whose calls all see one state. */
  snapshot<T>(read: (session: SqlSession) => Promise<T>, options?: CallOptions): Promise<T>;
  /**
   * In one transaction: locks the network's head, mutates, and when that changed
   * anything appends to the change log and moves the head on. The lock is held until the
   * commit, so the order of revisions is the order of commits. Conflicts are retried a
   * bounded number of times.
   * @throws {LeaseHeldError} when another one holds the lease: nothing was committed
   */
  commit(mutation: Mutation, options?: CommitOptions): Promise<Committed>;
  /** Calls `onHint` when others may have committed, until it is told to stop; see `ChangeFeed.onHint`. */
  watch(onHint: (revision: Revision | undefined) => void): () => void;
}
