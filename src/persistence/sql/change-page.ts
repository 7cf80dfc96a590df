import type { TupleDelta } from '../../tuple/relation-tuple.ts';
import { isChecksum } from '../../tuple/tuple-checksum.ts';
import type { Change, ChangeKind, ChangePage } from '../change-feed.ts';
import { ChangeLogError } from '../change-log-error.ts';
import type { Revision } from '../revision.ts';
import { parseTupleChanges, parseTupleChangesInTurns, TUPLE_CHANGES } from './change-payload.ts';
import type { StoredChange, StoredChanges } from './sql-database.ts';

/** A longer payload is parsed in turns. */
const MAX_LENGTH_AT_ONCE = 100_000;

/** @throws {ChangeLogError} when the log has a hole behind `after`, or a change cannot be read */
export async function toChangePage(stored: StoredChanges, after: Revision): Promise<ChangePage> {
  const { newest, checksum } = stored;
  // Of the head as it stands there: what was put there by hand is no hole in the log.
  const head = { newest, checksum: checksum ?? undefined };
  if (newest <= after) return { ...head, floor: newest, changes: [] };
  const floor = stored.oldest === undefined ? newest : stored.oldest - 1;
  if (floor > after) return { ...head, floor, changes: [] };
  requireAll(stored, after);
  return { ...head, floor, changes: await toChanges(stored.changes) };
}

/** Invariant: every commit adds one change, with the next revision (docs/adr/0003). */
function requireAll({ changes }: StoredChanges, after: Revision): void {
  if (changes.length === 0) throw new ChangeLogError(`the change log has no revision ${after + 1}`);
  for (const [index, { revision }] of changes.entries()) {
    const expected = after + 1 + index;
    if (revision !== expected) throw new ChangeLogError(`the change log has no revision ${expected}`);
  }
}

async function toChanges(stored: readonly StoredChange[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (const { revision, committedAt, kind, payload, checksum } of stored) {
    changes.push({
      revision,
      committedAt,
      kind: kind as ChangeKind, // the column is written with those only
      // Kinds other than tuples change no tuple, but count: revisions have no gaps.
      deltas: kind === TUPLE_CHANGES ? await readable(revision, payload) : [],
      checksum: toChecksum(checksum, revision),
    });
  }
  return changes;
}

async function readable(revision: Revision, payload: string): Promise<TupleDelta[]> {
  try {
    return payload.length > MAX_LENGTH_AT_ONCE ? await parseTupleChangesInTurns(payload) : parseTupleChanges(payload);
  } catch (cause) {
    throw new ChangeLogError(`the change of revision ${revision} cannot be read`, { cause });
  }
}

function toChecksum(stored: string | null, revision: Revision): string | undefined {
  if (stored === null) return undefined;
  if (!isChecksum(stored)) throw new ChangeLogError(`the checksum of revision ${revision} is not one`);
  return stored;
}
