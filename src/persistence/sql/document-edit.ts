import type { DocumentKey } from '../policy-documents.ts';
import type { Revision } from '../revision.ts';
import { toStoredString } from './stored-string.ts';

/** What happens to one document in one commit; the key's texts are well-formed. */
export interface DocumentEdit extends DocumentKey {
  /** The new text out of the stored one; undefined: none. Equal texts change nothing. It may run more than once. */
  readonly change: (current: string | undefined) => string | undefined;
}

/** Where a document is found, whatever the length of its id. */
export function pathOf({ collection, id }: DocumentKey): string {
  return `${collection}/${toStoredString(id)}`;
}

/** The kind of a change row that holds a changed document. */
export const DOCUMENT_CHANGES = 'policies';

/** The payload of a change row of the kind `policies`. */
export interface DocumentPayload {
  /** The revision of the change of a document before this one, 0 for the first: whoever has it misses nothing. */
  readonly previous: Revision;
  readonly collection: string;
  readonly id: string;
  /** The document as it is stored; null when it was deleted. */
  readonly text: string | null;
}

export function formatDocumentChange(
  { collection, id }: DocumentEdit,
  previous: Revision,
  text: string | undefined,
): string {
  const payload: DocumentPayload = { previous, collection, id, text: text ?? null };
  return JSON.stringify(payload);
}

export function parseDocumentChange(payload: string): DocumentPayload {
  // The column is written by formatDocumentChange only.
  return JSON.parse(payload) as DocumentPayload;
}
