import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { SthenoError } from '../../../errors.ts';
import { ChangeRow } from '../change-row.ts';
import { type PlannedChange, piecesOf } from '../write-plan.ts';
import type { PostgresSession } from './postgres-session.ts';
import { toTextArray } from './text-array.ts';

/** How many tuples one statement inserts: about ten milliseconds of work for the database, one or two for this process. */
const TUPLES_PER_STATEMENT = 1000;
/** For less, marking where to come back to costs more than it brings. */
const MIN_TUPLES = 500;
/** What may be done in vain, when the last of them is stored. */
const MAX_TUPLES = 20_000;

const UNIQUE_VIOLATION = '23505';
const COLUMNS = [0, 1, 2, 3, 4, 5] as const;

/**
 * Inserts tuples in the hope that none of them is stored, as in most imports: PostgreSQL then looks at the primary key
 * once instead of twice, and writes less to its log. Runs inside a transaction that holds the lock of the network's head.
 * @returns the change row of all of them; undefined when nothing is done, so that another way has to be taken
 */
export async function insertNewTuples(
  planned: readonly PlannedChange[],
  { nid, session, signal }: { nid: number; session: PostgresSession; signal: AbortSignal | undefined },
): Promise<ChangeRow | undefined> {
  if (planned.length < MIN_TUPLES || planned.length > MAX_TUPLES) return undefined;
  if (planned.some(({ delta }) => delta.action === 'delete')) return undefined;
  await session.run('SAVEPOINT before_new', [], signal);
  const log = new ChangeRow();
  try {
    for (const piece of piecesOf(planned, TUPLES_PER_STATEMENT)) {
      const running = session.run(INSERT, [nid, ...toColumns(piece)], signal);
      // While the database works.
      log.add(piece.map(({ delta }) => delta));
      await running;
      await setImmediate();
    }
    return log;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    await session.run('ROLLBACK TO SAVEPOINT before_new', [], signal);
    // What follows is told from older rows by the number of the transaction, which inside a savepoint is another one.
    await session.run('RELEASE SAVEPOINT before_new', [], signal);
    return undefined;
  }
}

function toColumns(piece: readonly PlannedChange[]): Buffer[] {
  return COLUMNS.map((column) => toTextArray(piece.map(({ stored }) => stored[column])));
}

function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof SthenoError && error.cause instanceof pg.DatabaseError && error.cause.code === UNIQUE_VIOLATION
  );
}

const INSERT = `INSERT INTO relation_tuples
    (nid, namespace, object, relation, subject_namespace, subject_object, subject_relation)
  SELECT $1::bigint, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`;
