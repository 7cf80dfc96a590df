import { type Compilable, type RawBuilder, sql } from 'kysely';

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

/** Stands in a query for a value that is bound by this name when the statement is run. */
export function parameter<T>(name: string): RawBuilder<T> {
  return sql<T>`${name}`;
}

export function compileStatement(query: Compilable): Statement {
  const { sql: text, parameters } = query.compile();
  return { text, parameters: parameters.map(String) };
}

export function bindStatement({ text, parameters }: Statement, values: ReadonlyMap<string, SqlValue>): BoundStatement {
  return { text, values: parameters.map((name) => required(values, name)) };
}

function required(values: ReadonlyMap<string, SqlValue>, name: string): SqlValue {
  const value = values.get(name);
  if (value === undefined) throw new Error(`BUG: statement parameter "${name}" has no value`);
  return value;
}
