import { columnsOf } from './columns-of.ts';

/** The columns of rows, each as the text of one array parameter for unnest. */
export function arraysOf(rows: readonly (readonly string[])[], width: number): string[] {
  return columnsOf(rows, width).map(toArrayLiteral);
}

/** An array as PostgreSQL reads it from a text (PostgreSQL: Arrays, Array Input and Output Syntax). */
export function toArrayLiteral(values: readonly string[]): string {
  return `{${values.map(quote).join(',')}}`;
}

function quote(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
