import { DOCUMENT_CHANGES, type DocumentEdit, formatDocumentChange, pathOf } from '../document-edit.ts';
import type { Committed } from '../sql-database.ts';
import type { SqliteSession } from './sqlite-session.ts';

/** Edits a document inside a transaction that holds the write lock. */
export function editSqliteDocument(session: SqliteSession, nid: number, edit: DocumentEdit): Committed {
  const head = session.prepare(HEAD).get(nid);
  if (head === undefined) throw new Error('BUG: the network has no head');
  const [newest, previous, checksum] = head;
  const key = [nid, pathOf(edit)] as const;
  const row = session.prepare(DOCUMENT).get(...key);
  const current = row === undefined ? undefined : String(row[0]);
  const text = edit.change(current);
  if (text === current) return { revision: Number(newest), changes: [], checksum: undefined, committedAt: undefined };

  const revision = Number(newest) + 1;
  if (text === undefined) session.prepare(DELETE).run(...key);
  else session.prepare(PUT).run(...key, edit.collection, revision, text);
  session.prepare(MOVE_HEAD).run(revision, revision, nid);
  const payload = formatDocumentChange(edit, Number(previous), text);
  const logged = session.prepare(APPEND_CHANGE).get(nid, revision, DOCUMENT_CHANGES, payload, checksum);
  return {
    revision,
    changes: [],
    checksum: checksum === null ? undefined : String(checksum),
    committedAt: new Date(String(logged?.[0])), // NOT NULL
  };
}

const HEAD = 'SELECT revision, policy_revision, checksum FROM heads WHERE nid = ?';

const DOCUMENT = 'SELECT document FROM policy_documents WHERE nid = ? AND path = ?';

const PUT = `INSERT INTO policy_documents (nid, path, collection, position, document) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (nid, path) DO UPDATE SET document = excluded.document`;

const DELETE = 'DELETE FROM policy_documents WHERE nid = ? AND path = ?';

const MOVE_HEAD = 'UPDATE heads SET revision = ?, policy_revision = ? WHERE nid = ?';

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, checksum)
  VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?) RETURNING committed_at`;
