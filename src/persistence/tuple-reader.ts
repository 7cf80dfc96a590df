import type { RelationQuery, RelationTuple, SubjectSet } from '../tuple/relation-tuple.ts';
import type { Revision } from './revision.ts';

/** What an evaluation needs to know next: its next breadth-first level. */
export interface Frontier {
  /** Point look-ups: is exactly this tuple stored? */
  readonly tuples: readonly RelationTuple[];
  /** Sets whose stored members that are subject sets are wanted, all of them. */
  readonly sets: readonly SubjectSet[];
}

/** The answers to a frontier, all of one revision, in the frontier's order; the subject sets of one set in no certain order. */
export interface Facts {
  readonly revision: Revision;
  readonly stored: readonly boolean[];
  readonly subjectSets: readonly (readonly SubjectSet[])[];
}

/**
 * Where a page ends, in the storage's own words: strings without NUL characters, together
 * below 2 KiB however long the parts of tuples are. Good for the same query only.
 */
export type PagePosition = readonly string[];

/** A page of a listing. */
export interface TuplePage {
  readonly revision: Revision;
  /**
   * Ordered by namespace, object, relation, then subject ids before subject sets, then
   * subject namespace, subject object or id, subject relation, each by bytes.
   */
  readonly tuples: readonly RelationTuple[];
  /** For `after` of the page that follows; undefined when none does. */
  readonly next: PagePosition | undefined;
}

export interface ListOptions {
  /** How many tuples at most; at least 1. */
  readonly limit: number;
  /** `next` of the page before: the page begins right behind its last tuple, whether or not that is still stored. */
  readonly after?: PagePosition | undefined;
  /** Only tuples whose subject is an id, or a set. */
  readonly subjectKind?: 'id' | 'set' | undefined;
  /**
   * Only tuples whose subject is a set of this object, whatever its relation. Not with a subject in the query. The order
   * of the pages is then the storage's own.
   */
  readonly subjectObject?: { readonly namespace: string; readonly object: string } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads stored tuples. Each call sees one revision and says which. */
export interface TupleReader {
  /** The newest revision that is committed anywhere. */
  readRevision(options?: { signal?: AbortSignal | undefined }): Promise<Revision>;
  /** Answers a whole level at once, with a number of statements that does not depend on its size. */
  readFacts(frontier: Frontier, options?: { signal?: AbortSignal | undefined }): Promise<Facts>;
  /** One page of the tuples that match the query, one statement. */
  listTuples(query: RelationQuery, options: ListOptions): Promise<TuplePage>;
}
