import type { KeyStatements } from './key-statements.ts';
import type { CallOptions, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';

/** Deletes the oldest idempotency keys of a network, as far as they are older than a time, about `limit` of them at most. */
export async function trimKeys(
  { nid, session, statements }: { nid: number; session: SqlSession; statements: KeyStatements },
  { committedBefore, limit, signal }: { committedBefore: Date; limit: number } & CallOptions,
): Promise<number> {
  const values = new Map<string, SqlValue>([
    ['nid', nid],
    ['before', committedBefore.getTime()],
    ['limit', limit],
  ]);
  const oldest = await session.query(bindStatement(statements.oldest, values), { signal });
  const last = oldest.at(-1);
  if (last === undefined) return 0;
  values.set('last', Number(last[0]));
  return session.execute(bindStatement(statements.trim, values), { signal });
}
