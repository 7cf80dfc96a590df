import { invalidArgument } from './invalid-argument.ts';

/**
 * An option as messages carry it, in 32 bits; 0 when it is not given: what the server has as its default.
 * @throws {RequestError} `invalid_argument` for anything else
 */
export function integerOption(name: string, value: number | undefined): number {
  if (value === undefined) return 0;
  // Conversion to 32 bits leaves exactly those alone.
  if ((value | 0) === value) return value;
  throw invalidArgument(`${name} must be a whole number of at most 2147483647, but is ${String(value)}`);
}
