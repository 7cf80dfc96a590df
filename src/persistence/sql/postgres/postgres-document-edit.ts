import { DOCUMENT_CHANGES, type DocumentEdit, formatDocumentChange, pathOf } from '../document-edit.ts';
import type { Committed } from '../sql-database.ts';
import { appendPostgresChange } from './append-postgres-change.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Edits a document inside a transaction that holds the lock of the network's head. */
export async function editPostgresDocument(
  session: PostgresSession,
  edit: DocumentEdit,
  { nid, writer, signal }: { nid: number; writer: string; signal: AbortSignal | undefined },
): Promise<Committed> {
  const key = [nid, pathOf(edit)];
  const [found] = await session.run(HEAD_AND_DOCUMENT, key, signal);
  if (found === undefined) throw new Error('BUG: the network has no head');
  const [newest, previous, stored] = found;
  const current = stored === null ? undefined : String(stored);
  const text = edit.change(current);
  if (text === current) return { revision: Number(newest), changes: [], checksum: undefined, committedAt: undefined };

  const payload = formatDocumentChange(edit, Number(previous), text);
  const appended = await appendPostgresChange(session, { nid, writer, signal }, DOCUMENT_CHANGES, payload);
  if (text === undefined) await session.run(DELETE, key, signal);
  else await session.run(PUT, [...key, edit.collection, text], signal);
  const { revision, checksum, committedAt } = appended;
  return { revision, changes: [], checksum: checksum ?? undefined, committedAt };
}

const HEAD_AND_DOCUMENT = `SELECT heads.revision, heads.policy_revision, stored.document
  FROM heads
  LEFT JOIN policy_documents AS stored ON stored.nid = $1 AND stored.path = $2
  WHERE heads.nid = $1`;

const PUT = `WITH head AS (UPDATE heads SET policy_revision = revision WHERE nid = $1 RETURNING revision)
  INSERT INTO policy_documents (nid, path, collection, position, document)
  SELECT $1, $2, $3, revision, $4 FROM head
  ON CONFLICT (nid, path) DO UPDATE SET document = excluded.document`;

const DELETE = `WITH head AS (UPDATE heads SET policy_revision = revision WHERE nid = $1)
  DELETE FROM policy_documents WHERE nid = $1 AND path = $2`;
