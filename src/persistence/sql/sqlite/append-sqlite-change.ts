import type { AppendedChange } from '../commit-model.ts';
import type { SqliteSession } from './sqlite-session.ts';

/** Appends a change of no tuple to the log inside a transaction that holds the write lock, and moves the head on. */
export function appendSqliteChange(session: SqliteSession, nid: number, kind: string, payload: string): AppendedChange {
  const head = session.prepare(MOVE_HEAD).get(nid);
  if (head === undefined) throw new Error('BUG: the network has no head');
  const revision = Number(head[0]);
  const checksum = head[1] as string | null; // a TEXT column
  const logged = session.prepare(APPEND_CHANGE).get(nid, revision, kind, payload, checksum);
  return { revision, checksum, committedAt: new Date(String(logged?.[0])) }; // NOT NULL
}

const MOVE_HEAD = 'UPDATE heads SET revision = revision + 1 WHERE nid = ? RETURNING revision, checksum';

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, checksum)
  VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?) RETURNING committed_at`;
