import { InvalidArgumentError } from '../../errors.ts';
import { firstJsonValueInTurns, JsonError } from './first-json-value.ts';
import type { RestRequest } from './route.ts';

/**
 * The body of a request as `read` makes it out of the first JSON value in it.
 * @throws {InvalidArgumentError} when there is none or `read` finds a wrong type; its message begins with `prefix`
 */
export async function readJson<T>(
  request: RestRequest,
  read: (value: unknown) => T | Promise<T>,
  prefix = '',
): Promise<T> {
  const bytes = await request.body();
  try {
    return await read(await firstJsonValueInTurns(bytes));
  } catch (error) {
    if (error instanceof JsonError) throw new InvalidArgumentError({ message: prefix + error.message });
    throw error;
  }
}
