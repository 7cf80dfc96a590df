import type { Kysely } from 'kysely';
import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import type { Revision } from '../revision.ts';
import type { DocumentEdit } from './document-edit.ts';
import type { Schema } from './schema.ts';
import type { BoundStatement } from './statement.ts';
import type { StoredSet, StoredSubject, StoredTuple } from './stored-tuple.ts';
import type { WritePlan } from './write-plan.ts';

/** A row as an array, in the order of the statement's columns. */
export type SqlRow = readonly unknown[];

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Facts with stored forms, in the order of what was asked for. */
export interface StoredFacts {
  readonly revision: Revision;
  readonly stored: readonly boolean[];
  readonly subjectSets: readonly (readonly StoredSubject[])[];
}

/** Runs statements; each call sees one state of the database. */
export interface SqlSession {
  query(statement: BoundStatement, options?: CallOptions): Promise<readonly SqlRow[]>;
  /** @throws when the network has no head */
  findFacts(tuples: readonly StoredTuple[], sets: readonly StoredSet[], options?: CallOptions): Promise<StoredFacts>;
  /** The values of the table `strings` by digest. */
  findStrings(digests: readonly string[], options?: CallOptions): Promise<ReadonlyMap<string, string>>;
}

/** What one commit does to the tuples. */
export type Mutation =
  | { readonly kind: 'deltas'; readonly plan: WritePlan }
  /** A DELETE that returns the tuple columns. */
  | { readonly kind: 'delete'; readonly statement: BoundStatement };

/** What a commit did. Without changes nothing was written and the revision is the newest one. */
export interface Committed {
  readonly revision: Revision;
  readonly changes: readonly TupleDelta[];
}

/**
 * What differs between databases: one implementation a dialect. Everything it throws is
 * a SthenoError without the driver's text.
 */
export interface SqlDatabase extends AsyncDisposable {
  /** The network whose rows are read and written, and its identity in tokens. */
  readonly network: { readonly nid: number; readonly id: Uint8Array };
  /** Builds statements in this dialect; it runs none. */
  readonly builder: Kysely<Schema>;
  /** Each call sees everything that was committed before it. */
  readonly newest: SqlSession;
  /** A session whose calls all see one state. */
  snapshot<T>(read: (session: SqlSession) => Promise<T>, options?: CallOptions): Promise<T>;
  /**
   * In one transaction: locks the network's head, mutates, and when that changed
   * anything appends to the change log and moves the head on. The lock is held until the
   * commit, so the order of revisions is the order of commits. Conflicts are retried a
   * bounded number of times.
   */
  commit(mutation: Mutation, options?: CallOptions): Promise<Committed>;
  /** Edits one policy or role, in a transaction like that of `commit`. Answers the text that is stored now. */
  editDocument(edit: DocumentEdit, options?: CallOptions): Promise<string | undefined>;
}
