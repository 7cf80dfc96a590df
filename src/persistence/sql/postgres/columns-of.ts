/** The columns of rows as arrays, one parameter a column, for unnest: any number of rows in one statement. */
export function columnsOf(rows: readonly (readonly string[])[], width: number): string[][] {
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? ''));
}
