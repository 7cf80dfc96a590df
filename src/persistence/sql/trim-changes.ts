import type { CallOptions, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import type { Statements } from './statements.ts';

/**
 * Deletes the oldest changes of a network, as `ChangeFeed.trimChanges` says. What is deleted is always a beginning of the
 * log, also when clocks went back while it was written: else it would have a hole.
 */
export async function trimChanges(
  { nid, session, statements }: { nid: number; session: SqlSession; statements: Statements },
  { committedBefore, limit, signal }: { committedBefore: Date; limit: number } & CallOptions,
): Promise<number> {
  const values = new Map<string, SqlValue>([
    ['nid', nid],
    ['limit', limit],
  ]);
  const oldest = await session.query(bindStatement(statements.oldestChanges(), values), { signal });
  // NOT NULL; text in SQLite, else a Date.
  const end = oldest.findIndex(([, committedAt]) => new Date(committedAt as string | Date) >= committedBefore);
  const last = (end === -1 ? oldest : oldest.slice(0, end)).at(-1);
  if (last === undefined) return 0;
  values.set('revision', Number(last[0]));
  return session.execute(bindStatement(statements.trim(), values), { signal });
}
