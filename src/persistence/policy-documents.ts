import type { Revision } from './revision.ts';

/** Where a policy or role is kept: JSON documents in collections, each under the id that is also in it. */
export interface DocumentKey {
  readonly collection: string;
  readonly id: string;
}

/** What one commit made of a document; without a text it was deleted. */
export interface DocumentChange {
  readonly key: DocumentKey;
  readonly text: string | undefined;
}

/** All documents of one state, in the order of their collections and of insertion. */
export interface DocumentPage {
  /** The newest revision that changed a document, in the state that was read. */
  readonly revision: Revision;
  readonly documents: readonly { readonly collection: string; readonly text: string }[];
}

/** What is new since a revision; `gap`: the change log no longer has all of it. */
export type DocumentChanges =
  | { readonly kind: 'changes'; readonly revision: Revision; readonly changes: readonly DocumentChange[] }
  | { readonly kind: 'gap' };

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The stored policies and roles of one network. Their changes are part of its change log. */
export interface PolicyDocuments {
  /** The text of a document; undefined when there is none. */
  read(key: DocumentKey, options?: CallOptions): Promise<string | undefined>;
  /** The texts of a part of a collection, in the order of insertion. Replacing a document keeps its place. */
  list(
    collection: string,
    options: { readonly limit: number; readonly offset: number } & CallOptions,
  ): Promise<readonly string[]>;
  /**
   * Makes one document into what `change` makes of its text, in one transaction during which
   * nobody else writes; undefined stands for no document. `change` may be called more than
   * once; what it throws leaves everything as it was. Answers what is stored now.
   */
  edit(
    key: DocumentKey,
    change: (current: string | undefined) => string | undefined,
    options?: CallOptions,
  ): Promise<string | undefined>;
  /** All documents of the newest state, a bounded number at a time; every page is of the same state. */
  load(read: (page: DocumentPage) => void | Promise<void>, options?: CallOptions): Promise<void>;
  /** What changed after `after`, which is the revision of a page or of earlier changes. One query. */
  readChanges(after: Revision, options?: CallOptions): Promise<DocumentChanges>;
}
