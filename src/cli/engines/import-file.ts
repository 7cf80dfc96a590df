import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonValue } from '../../policy/json-value.ts';
import type { CommandFailure } from '../command-failure.ts';
import { systemErrorText } from '../system-error-text.ts';
import { engineFailure } from './engine-failure.ts';
import type { ItemKind } from './item-kind.ts';

/**
 * The documents of a file, which is a JSON array of them, also when there is one only; `null` holds none.
 * @throws {CommandFailure} when it cannot be read or holds something else
 */
export function readImportFile(file: string, kind: ItemKind): readonly JsonValue[] {
  const items = decode(file, read(file));
  for (const [at, item] of items.entries()) {
    const problem = problemOf(item, kind);
    if (problem !== undefined) throw undecodable(file, `item ${at + 1}: ${problem}`);
  }
  return items;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw engineFailure(`Unable to read file ${file}: ${systemErrorText(error)}`);
  }
}

function decode(file: string, text: string): readonly JsonValue[] {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw undecodable(file, error instanceof Error ? error.message : String(error));
  }
  if (value === null) return [];
  if (!Array.isArray(value)) throw undecodable(file, 'it must be an array');
  return value as readonly JsonValue[];
}

/** What is wrong with a document; undefined when it is fine. Keys are found whatever their case, unknown ones are fine. */
function problemOf(item: JsonValue, { keys }: ItemKind): string | undefined {
  if (item === null) return undefined;
  if (!isJsonObject(item)) return 'it must be an object';
  for (const [key, value] of Object.entries(item)) {
    const type = keys[key.toLowerCase()];
    if (value === null || type === undefined || type === 'any') continue;
    if (type === 'string' && typeof value !== 'string') return `"${key}" must be a string`;
    if (type === 'strings' && !isStrings(value)) return `"${key}" must be an array of strings`;
  }
  return undefined;
}

function isStrings(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((element) => element === null || typeof element === 'string');
}

function undecodable(file: string, reason: string): CommandFailure {
  return engineFailure(`Unable to decode file ${file} to json: ${reason}`);
}
