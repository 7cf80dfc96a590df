import type { Compilable } from 'kysely';

/** A value that drivers take. */
export type SqlValue = string | number | Uint8Array;

/**
 * A statement that is compiled once and run with different values. It is built by Kysely
 * with the names of the parameters as their values; `parameters` has those names in the
 * order of the placeholders.
 */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** A statement with its values. */
export interface BoundStatement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export function compileStatement(query: Compilable): Statement {
  const { sql, parameters } = query.compile();
  return { text: sql, parameters: parameters.map(String) };
}

export function bindStatement({ text, parameters }: Statement, values: ReadonlyMap<string, SqlValue>): BoundStatement {
  return { text, values: parameters.map((parameter) => required(values, parameter)) };
}

function required(values: ReadonlyMap<string, SqlValue>, parameter: string): SqlValue {
  const value = values.get(parameter);
  if (value === undefined) throw new Error(`BUG: statement parameter "${parameter}" has no value`);
  return value;
}
