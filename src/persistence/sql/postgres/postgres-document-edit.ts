import { DOCUMENT_CHANGES, type DocumentEdit, formatDocumentChange, pathOf } from '../document-edit.ts';
import type { Committed } from '../sql-database.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Edits a document inside a transaction that holds the lock of the network's head. */
export async function editPostgresDocument(
  session: PostgresSession,
  nid: number,
  edit: DocumentEdit,
  signal: AbortSignal | undefined,
): Promise<Committed> {
  const key = [nid, pathOf(edit)];
  const [found] = await session.run(HEAD_AND_DOCUMENT, key, signal);
  if (found === undefined) throw new Error('BUG: the network has no head');
  const [newest, previous, stored] = found;
  const current = stored === null ? undefined : String(stored);
  const text = edit.change(current);
  if (text === current) return { revision: Number(newest), changes: [], checksum: undefined, committedAt: undefined };

  const payload = formatDocumentChange(edit, Number(previous), text);
  const [appended] = await session.run(APPEND_CHANGE, [nid, DOCUMENT_CHANGES, payload], signal);
  if (text === undefined) await session.run(DELETE, key, signal);
  else await session.run(PUT, [...key, edit.collection, text], signal);
  const [revision, checksum, committedAt] = appended ?? [];
  return {
    revision: Number(revision),
    changes: [],
    checksum: checksum === null ? undefined : String(checksum),
    committedAt: committedAt as Date, // timestamptz
  };
}

const HEAD_AND_DOCUMENT = `SELECT heads.revision, heads.policy_revision, stored.document
  FROM heads
  LEFT JOIN policy_documents AS stored ON stored.nid = $1 AND stored.path = $2
  WHERE heads.nid = $1`;

/** The checksum is that of the tuples, of which none changes. */
const APPEND_CHANGE = `SELECT new_revision, new_checksum, new_committed_at
  FROM stheno_append($1, $2, $3, ARRAY[0, 0, 0, 0]::bigint[])`;

const PUT = `WITH head AS (UPDATE heads SET policy_revision = revision WHERE nid = $1 RETURNING revision)
  INSERT INTO policy_documents (nid, path, collection, position, document)
  SELECT $1, $2, $3, revision, $4 FROM head
  ON CONFLICT (nid, path) DO UPDATE SET document = excluded.document`;

const DELETE = `WITH head AS (UPDATE heads SET policy_revision = revision WHERE nid = $1)
  DELETE FROM policy_documents WHERE nid = $1 AND path = $2`;
