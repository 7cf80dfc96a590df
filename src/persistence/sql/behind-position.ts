import { type RawBuilder, sql } from 'kysely';
import type { SqlSyntax } from './sql-syntax.ts';

/** A column, and the value that the position has in it. */
export type Bound = readonly [column: string, value: RawBuilder<unknown>];

/** The condition that rows are behind a position in the order of the columns, so that an index is entered there. */
export function behindPosition(bounds: readonly Bound[], { seek }: Pick<SqlSyntax, 'seek'>): RawBuilder<boolean> {
  if (seek === 'columns') return sql`(${sql.join(rangesBehind(bounds), sql` or `)})`;
  const columns = sql.join(bounds.map(([column]) => sql.ref(column)));
  return sql`(${columns}) > (${sql.join(bounds.map(([, value]) => value))})`;
}

/** Of (a, b): a = x and b > y; a > x. Each is one range of the index. */
function rangesBehind(bounds: readonly Bound[]): RawBuilder<unknown>[] {
  return bounds
    .map(([column, value], index) => {
      const equal = bounds.slice(0, index).map(([before, its]) => sql`${sql.ref(before)} = ${its}`);
      return sql`(${sql.join([...equal, sql`${sql.ref(column)} > ${value}`], sql` and `)})`;
    })
    .reverse();
}
