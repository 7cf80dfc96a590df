import type { AppendedChange } from '../commit-model.ts';
import type { LockedHead } from './mysql-commit.ts';
import type { MysqlSession } from './mysql-session.ts';

/** Appends a short change of no tuple to the log inside a transaction that holds the lock of the head, and moves the head on. */
export async function appendMysqlChange(
  session: MysqlSession,
  { nid, head, signal }: { nid: number; head: LockedHead; signal: AbortSignal | undefined },
  kind: string,
  text: string,
): Promise<AppendedChange> {
  const revision = head.revision + 1;
  const payload = Buffer.from(text);
  await session.run(MOVE_HEAD, [revision, nid], signal);
  const logged = [nid, revision, head.now, kind, payload, payload.length, head.checksum];
  await session.run(APPEND_CHANGE, logged, signal);
  return { revision, checksum: head.checksum, committedAt: head.now };
}

const MOVE_HEAD = 'UPDATE heads SET revision = ? WHERE nid = ?';

const APPEND_CHANGE = `INSERT INTO changes (nid, revision, committed_at, kind, payload, bytes, pieces, checksum)
  VALUES (?, ?, ?, ?, ?, ?, 0, ?)`;
