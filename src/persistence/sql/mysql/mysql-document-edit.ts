import { DOCUMENT_CHANGES, type DocumentEdit, formatDocumentChange, pathOf } from '../document-edit.ts';
import type { Committed } from '../sql-database.ts';
import type { LockedHead } from './mysql-commit.ts';
import type { MysqlSession } from './mysql-session.ts';

/** Edits a document inside a transaction that holds the lock of the network's head. */
export async function editMysqlDocument(
  session: MysqlSession,
  { nid, head, signal }: { nid: number; head: LockedHead; signal: AbortSignal | undefined },
  edit: DocumentEdit,
): Promise<Committed> {
  const key = [nid, pathOf(edit)] as const;
  const [row] = await session.query({ text: DOCUMENT, values: key }, { signal });
  const current = row === undefined ? undefined : String(row[0]);
  const text = edit.change(current);
  if (text === current) return { revision: head.revision, changes: [], checksum: undefined, committedAt: undefined };

  const revision = head.revision + 1;
  if (text === undefined) await session.run(DELETE, key, signal);
  else if (row === undefined) await session.run(INSERT, [...key, edit.collection, revision, Buffer.from(text)], signal);
  else await session.run(UPDATE, [Buffer.from(text), ...key], signal);
  await session.run(MOVE_HEAD, [revision, revision, nid], signal);
  const payload = Buffer.from(formatDocumentChange(edit, head.policyRevision, text));
  const logged = [nid, revision, head.now, DOCUMENT_CHANGES, payload, payload.length, head.checksum];
  await session.run(APPEND_CHANGE, logged, signal);
  return { revision, changes: [], checksum: head.checksum ?? undefined, committedAt: head.now };
}

const DOCUMENT = 'SELECT document FROM policy_documents WHERE nid = ? AND path = ?';

const INSERT = 'INSERT INTO policy_documents (nid, path, collection, position, document) VALUES (?, ?, ?, ?, ?)';

const UPDATE = 'UPDATE policy_documents SET document = ? WHERE nid = ? AND path = ?';

const DELETE = 'DELETE FROM policy_documents WHERE nid = ? AND path = ?';

const MOVE_HEAD = 'UPDATE heads SET revision = ?, policy_revision = ? WHERE nid = ?';

/** The checksum is that of the tuples, of which none changes. */
const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, bytes, pieces, checksum)
  VALUES (?, ?, ?, ?, ?, ?, 0, ?)`;
