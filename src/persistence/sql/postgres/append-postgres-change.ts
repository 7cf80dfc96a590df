import type { AppendedChange } from '../commit-model.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Appends a change of no tuple to the log inside a transaction that holds the lock of the head, and moves the head on. */
export async function appendPostgresChange(
  session: PostgresSession,
  { nid, writer, signal }: { nid: number; writer: string; signal: AbortSignal | undefined },
  kind: string,
  payload: string,
): Promise<AppendedChange> {
  const [row] = await session.run(APPEND_CHANGE, [nid, kind, payload, writer], signal);
  if (row === undefined) throw new Error('BUG: the network has no head');
  const [revision, checksum, committedAt] = row;
  // A bigint, a text and a timestamptz.
  return { revision: Number(revision), checksum: checksum as string | null, committedAt: committedAt as Date };
}

const APPEND_CHANGE = `SELECT new_revision, new_checksum, new_committed_at
  FROM stheno_append($1, $2, $3, ARRAY[0, 0, 0, 0]::bigint[], $4)`;
