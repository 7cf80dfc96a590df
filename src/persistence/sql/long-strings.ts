import type { CallOptions, SqlSession } from './sql-database.ts';
import { digestOf, isLongForm } from './stored-string.ts';
import { longFormsOf } from './stored-tuple.ts';

/**
 * Fetches the values of the long forms in `rows`, in one query, and in none when there
 * are none. Values are never removed, so they may be read after the rows.
 */
export async function fetchLongStrings(
  session: SqlSession,
  rows: readonly (readonly string[])[],
  options: CallOptions = {},
): Promise<(longForm: string) => string> {
  const digests = new Set(rows.filter(hasLongForm).flatMap(longFormsOf).map(digestOf));
  return restoreFrom(digests.size === 0 ? new Map() : await session.findStrings([...digests], options));
}

/** Rows mostly have none, and listings have many rows. */
function hasLongForm(row: readonly string[]): boolean {
  return row.some(isLongForm);
}

/** Gives the value of a long form out of `values`, by digest. */
export function restoreFrom(values: ReadonlyMap<string, string>): (longForm: string) => string {
  return (longForm) => {
    const value = values.get(digestOf(longForm));
    if (value === undefined) throw new Error(`BUG: the table strings has no value of ${digestOf(longForm)}`);
    return value;
  };
}
