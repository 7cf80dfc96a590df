import { JsonError } from './first-json-value.ts';

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The named fields of a JSON object, found whatever the case of their keys; the last of several
 * counts, and `null` is as good as absent (contract: REST §2). `path` says in messages what is read.
 * @throws {JsonError} when the value is no object
 */
export function jsonFields<Name extends string>(
  value: unknown,
  names: readonly Name[],
  path: string,
): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'an object', path);
  const fields: Partial<Record<Name, unknown>> = {};
  for (const key of Object.keys(value)) {
    const index = indexOfName(names, key);
    if (index >= 0) fields[names[index] as Name] = (value as Record<string, unknown>)[key] ?? undefined; // it has the key
  }
  return fields;
}

/**
 * The members of a JSON object that may have these only, each exactly so called. `null` stands as it is, for a body of
 * ours has no use for it. `path` says in messages what is read; it is empty for the body.
 * @throws {JsonError} when the value is no object, and for a member that is none of them
 */
export function strictFields<Name extends string>(
  value: unknown,
  names: readonly Name[],
  path: string,
): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongType(value, 'an object', path === '' ? 'the body' : path);
  }
  const known: readonly string[] = names;
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new JsonError(`${path === '' ? '' : `${path}.`}${unknown} is unknown`);
  return value;
}

function indexOfName(names: readonly string[], key: string): number {
  const index = names.indexOf(key);
  return index >= 0 ? index : names.indexOf(key.toLowerCase());
}

/** A string field; halves of surrogate pairs become U+FFFD, for no stored text can hold them. */
export function jsonString(value: unknown, path: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongType(value, 'a string', path);
  return SURROGATE.test(value) ? value.replace(LONE_SURROGATE, '\ufffd') : value;
}

export function jsonArray(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrongType(value, 'an array', path);
  return value;
}

function wrongType(value: unknown, wanted: string, path: string): JsonError {
  return new JsonError(`${path} must be ${wanted}, not ${nameOfType(value)}`);
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
