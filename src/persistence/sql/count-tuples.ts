import { setImmediate } from 'node:timers/promises';
import { addPosition } from './position-values.ts';
import type { CallOptions, SqlSession } from './sql-database.ts';
import { bindStatement, type SqlValue } from './statement.ts';
import type { Statements } from './statements.ts';
import type { StoredTuple } from './stored-tuple.ts';
import type { TupleFilter } from './tuple-filter.ts';

/** How many rows one statement walks along: some milliseconds, after which others get their turn. */
const SLICE_ROWS = 10_000;

/** How many tuples match, of the state that the session sees. */
export async function countTuples(
  filter: TupleFilter,
  { nid, session, statements, signal }: { nid: number; session: SqlSession; statements: Statements } & CallOptions,
): Promise<number> {
  const fixed = [...filter.keys()];
  const values = new Map<string, SqlValue>([...filter, ['nid', nid], ['limit', 1], ['offset', SLICE_ROWS - 1]]);
  let counted = 0;
  for (let resumes = false; ; resumes = true) {
    const [last] = await session.query(bindStatement(statements.skip({ fixed, resumes }), values), { signal });
    if (last === undefined) {
      values.set('limit', SLICE_ROWS);
      const [row] = await session.query(bindStatement(statements.pageLength({ fixed, resumes }), values), { signal });
      return counted + Number(row?.[0]);
    }
    counted += SLICE_ROWS;
    addPosition(values, last as unknown as StoredTuple); // the statement selects the six tuple columns
    await setImmediate();
  }
}
