import { InvalidArgumentError } from '../../errors.ts';
import type { QueryParameters } from './query-parameters.ts';

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Decimal, or with a prefix (`0x`, `0o`, `0b`, a leading zero for octal), digits separable by single underscores. */
const PREFIXED_INTEGER = /^[+-]?(?:0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/i;
const DECIMAL_INTEGER = /^[+-]?[0-9]+$/;

/**
 * `max-depth` for a message (contract: REST §3): 0, which stands for the configured maximum, when it
 * is absent or below 1; capped at what the field can hold, which is above every maximum.
 * @throws {InvalidArgumentError} when the parameter is present but no 64-bit integer
 */
export function maxDepthOf(query: QueryParameters): number {
  return prefixedInteger(query, 'max-depth');
}

/** `max-steps` for a message, by the same rules. @throws {InvalidArgumentError} likewise */
export function maxStepsOf(query: QueryParameters): number {
  return prefixedInteger(query, 'max-steps');
}

/**
 * `page_size` for a message, by the same rules but in decimal only; empty counts as absent.
 * @throws {InvalidArgumentError} when it is no 64-bit integer
 */
export function pageSizeOf(query: QueryParameters): number {
  const text = query.firstNonEmpty('page_size');
  if (text === '') return 0;
  const value = DECIMAL_INTEGER.test(text) ? BigInt(text.replace('+', '')) : undefined;
  if (value === undefined || !fitsInt64(value)) {
    const problem = value === undefined ? 'is not a decimal integer' : 'is out of range';
    throw new InvalidArgumentError({ message: `query parameter "page_size" ${JSON.stringify(text)} ${problem}` });
  }
  return toInt32(value);
}

function prefixedInteger(query: QueryParameters, name: string): number {
  const text = query.first(name);
  if (text === undefined) return 0;
  const value = PREFIXED_INTEGER.test(text) ? prefixedValue(text) : undefined;
  if (value === undefined || !fitsInt64(value)) {
    const problem = value === undefined ? 'is not an integer' : 'is out of range';
    throw new InvalidArgumentError({
      message: `unable to parse '${name}' query parameter to int: ${JSON.stringify(text)} ${problem}`,
    });
  }
  return toInt32(value);
}

function prefixedValue(text: string): bigint {
  const digits = text.replaceAll('_', '').replace(/^[+-]/, '');
  // BigInt does not know the octal of a leading zero.
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  return text.startsWith('-') ? -value : value;
}

function fitsInt64(value: bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_INT64;
}

function toInt32(value: bigint): number {
  return value < 1n ? 0 : value > BigInt(MAX_INT32) ? MAX_INT32 : Number(value);
}
