import { InvalidArgumentError } from '../../errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/**
 * `snaptoken` and `latest` of the query, for the message fields of the same names.
 * @throws {InvalidArgumentError} when `latest` is neither true nor false
 */
export function consistencyOf(query: QueryParameters): { snaptoken: string; latest: boolean } {
  return { snaptoken: query.first('snaptoken') ?? '', latest: latestOf(query) };
}

function latestOf(query: QueryParameters): boolean {
  const text = query.first('latest');
  switch (text) {
    case undefined:
    case 'false':
      return false;
    case '':
    case 'true':
      return true;
    default:
      throw new InvalidArgumentError({
        message: `query parameter "latest" must be true or false, not ${JSON.stringify(text)}`,
      });
  }
}
