import type { TupleDelta } from '../../../tuple/relation-tuple.ts';
import { addTupleChecksum, CHECKSUM_LANES } from '../../../tuple/tuple-checksum.ts';
import { formatTupleChanges } from '../change-payload.ts';
import type { Committed, SqlSession } from '../sql-database.ts';
import { digestOf, type LongStrings } from '../stored-string.ts';
import type { PlannedChange, WritePlan } from '../write-plan.ts';
import { arraysOf, toArrayLiteral } from './array-literal.ts';

/** How many deltas one statement has at most: two or three milliseconds of work for the driver. */
const MAX_DELTAS = 1000;

/** Whether a plan is committed by one statement. */
export function fitsOneStatement({ changes }: WritePlan): boolean {
  return changes.size <= MAX_DELTAS;
}

/**
 * A whole commit of a plan that fits: one statement that is its own transaction, by the function of the migration
 * "small_commits".
 * @param notice what listeners are told before the revision; empty: they are told nothing
 */
export async function commitTuples(
  session: SqlSession,
  { changes, longStrings }: WritePlan,
  { nid, writer, notice }: { nid: number; writer: string; notice: string },
): Promise<Committed> {
  const planned = [...changes.values()];
  const deltas = planned.map(({ delta }) => delta);
  const { hashes, lanes } = hashesOf(deltas);
  const values = [nid, writer, notice, ...toColumns(planned), ...toTexts(longStrings)];
  values.push(formatTupleChanges(deltas), toNumbers(lanes), toNumbers(hashes));
  const [row] = await session.queryTexts({ text: COMMIT, values });
  if (row === undefined) throw new Error('BUG: a commit has no answer');
  return toCommitted(row, deltas);
}

/** Four numbers for each delta, and their sums. */
function hashesOf(deltas: readonly TupleDelta[]): { hashes: number[]; lanes: number[] } {
  const hashes: number[] = [];
  const lanes = new Array<number>(CHECKSUM_LANES).fill(0);
  const one = new Uint32Array(CHECKSUM_LANES);
  for (const { action, tuple } of deltas) {
    one.fill(0);
    addTupleChecksum(one, tuple, action === 'insert' ? 1 : -1);
    for (let lane = 0; lane < CHECKSUM_LANES; lane++) {
      const hash = one[lane] ?? 0;
      hashes.push(hash | 0); // PostgreSQL's integer has a sign; modulo 2^32 it is the same number.
      lanes[lane] = (lanes[lane] ?? 0) + hash;
    }
  }
  return { hashes, lanes };
}

/** Signs and the six columns, each as an array. */
function toColumns(planned: readonly PlannedChange[]): string[] {
  const signs = planned.map(({ delta }) => (delta.action === 'insert' ? 1 : -1));
  const rows = planned.map(({ stored }) => stored);
  return [toNumbers(signs), ...arraysOf(rows, 6)];
}

function toNumbers(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

/** Digests and values, each as an array. */
function toTexts(longStrings: LongStrings): [string, string] {
  if (longStrings.size === 0) return ['{}', '{}'];
  const digests = [...longStrings.keys()].map(digestOf);
  const values = [...longStrings.values()].map((value) => `\\x${Buffer.from(value).toString('hex')}`);
  return [toArrayLiteral(digests), toArrayLiteral(values)];
}

/** Of a row without nulls: revision, checksum, time and flags. Empty: the checksum is not known, nothing or everything changed. */
function toCommitted(
  [revision = '', checksum = '', committedAtMs = '', changed = '']: readonly string[],
  deltas: readonly TupleDelta[],
): Committed {
  return {
    revision: Number(revision),
    changes: changed === '' ? deltas : deltas.filter((_, index) => flagAt(changed, index) === TRUE),
    checksum: checksum === '' ? undefined : checksum,
    committedAt: committedAtMs === '' ? undefined : new Date(Number(committedAtMs)),
  };
}

/** Of an array of booleans as PostgreSQL writes it: `{t,f,t}`. */
function flagAt(flags: string, index: number): string | undefined {
  return flags[2 * index + 1];
}

const TRUE = 't';

const COMMIT = `SELECT new_revision, coalesce(new_checksum, ''), coalesce(committed_at_ms::text, ''),
    coalesce(changed::text, '')
  FROM stheno_commit_tuples($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;
