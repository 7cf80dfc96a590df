/**
 * The text of a table with one row for each array of a JSON document, which is its one parameter: any number of rows in
 * one statement. The column `number` counts them from 1; the others are strings as relation_tuples has them.
 */
export function askedRows(columns: readonly string[]): string {
  const parts = columns.map((column, index) => `${column} VARBINARY(284) PATH '$[${index}]'`);
  return `JSON_TABLE(?, '$[*]' COLUMNS (number FOR ORDINALITY, ${parts.join(', ')})) AS asked`;
}
