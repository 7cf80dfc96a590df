import { DOCUMENT_CHANGES, type DocumentEdit, formatDocumentChange } from '../document-edit.ts';
import { toStoredString } from '../stored-string.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Edits a document inside a transaction that holds the lock of the network's head; answers the text that is stored now. */
export async function editPostgresDocument(
  session: PostgresSession,
  nid: number,
  edit: DocumentEdit,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const key = [nid, edit.collection, toStoredString(edit.id)];
  const [row] = await session.run(HEAD_AND_DOCUMENT, key, signal);
  if (row === undefined) throw new Error('BUG: the network has no head');
  const [previous, stored] = row;
  const current = stored === null ? undefined : String(stored);
  const text = edit.change(current);
  if (text === current) return text;
  const payload = formatDocumentChange(edit, Number(previous), text);
  if (text === undefined) await session.run(DELETE, [...key, DOCUMENT_CHANGES, payload], signal);
  else await session.run(PUT, [...key, DOCUMENT_CHANGES, payload, text], signal);
  return text;
}

const HEAD_AND_DOCUMENT = `SELECT heads.policy_revision, stored.document
  FROM heads
  LEFT JOIN policy_documents AS stored ON stored.nid = $1 AND stored.collection = $2 AND stored.id = $3
  WHERE heads.nid = $1`;

/** Moves the head and logs the change; `head` is the revision it has then. */
const COMMIT = `WITH head AS (
    UPDATE heads SET revision = revision + 1, policy_revision = revision + 1 WHERE nid = $1 RETURNING revision
  ), change AS (
    INSERT INTO changes (nid, revision, committed_at, kind, payload)
    SELECT $1, revision, clock_timestamp(), $4, $5 FROM head
  )`;

const PUT = `${COMMIT}
  INSERT INTO policy_documents (nid, collection, id, position, document)
  SELECT $1, $2, $3, revision, $6 FROM head
  ON CONFLICT (nid, collection, id) DO UPDATE SET document = excluded.document`;

const DELETE = `${COMMIT}
  DELETE FROM policy_documents WHERE nid = $1 AND collection = $2 AND id = $3`;
