import { invalidArgument } from './invalid-argument.ts';
import type { TupleQuery } from './tuple-query.ts';

const FILTERS: ReadonlySet<string> = new Set([
  'namespace',
  'object',
  'relation',
  'subject',
] satisfies (keyof TupleQuery)[]);

/**
 * A query that decides about a change: a variable that was never set, or a misspelt name, must not make it match more.
 * @throws {RequestError} `invalid_argument`
 */
export function exactQuery(query: TupleQuery): TupleQuery {
  for (const [name, value] of Object.entries(query)) {
    if (!FILTERS.has(name)) throw invalidArgument(`a query has no ${JSON.stringify(name)}`);
    if (value === undefined) throw invalidArgument(`${name} of the query is undefined: leave it out to delete any`);
  }
  return query;
}
