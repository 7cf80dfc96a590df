import type { Writable } from 'node:stream';
import { formatJson } from '../../policy/format-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/json-value.ts';
import type { ItemKind } from './item-kind.ts';

/** JSON with tabs, the keys in alphabetical order (contract: acp §8); scripts search the output for parts of it. */
export function printJson(stdout: Writable, value: JsonValue): void {
  stdout.write(`${formatJson(value, '\t')}\n`);
}

/**
 * A document as it is printed: texts and conditions that are absent or empty are left out,
 * arrays always show. The id of a role shows also when it is empty.
 */
export function shownItem(document: JsonValue, { keys, path }: ItemKind): JsonValue {
  if (!isJsonObject(document)) return document;
  const shown = Object.entries(keys).flatMap(([key, type]): [string, JsonValue][] => {
    const value = document[key] ?? null;
    const isAlwaysShown = type === 'strings' || (path === 'roles' && key === 'id');
    return isAlwaysShown || (value !== null && value !== '') ? [[key, value]] : [];
  });
  return Object.fromEntries(shown) satisfies JsonObject;
}
