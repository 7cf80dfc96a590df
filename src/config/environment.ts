import { type ConfigDocument, isDocument, mergeDocuments } from './config-document.ts';
import { ConfigProviderError } from './config-error.ts';
import { type ConfigKey, configKeys, type KeySchema } from './config-keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The document with the environment's values over it (contract: configuration §1.1). A variable is
 * a key's path in upper case, with `_` between its parts; `LIMIT_MAX_READ_DEPTH` is `limit.max_read_depth`.
 * @throws {ConfigProviderError} when a member is set of what is a list in the files
 */
export function applyEnvironment(document: ConfigDocument, environment: Environment): ConfigDocument {
  // Shorter paths first: LOG says what all of `log` is, LOG_LEVEL then changes one member of it.
  const settings = readSettings(environment).sort((a, b) => a.path.length - b.path.length);
  let merged = document;
  for (const { path, value } of settings) {
    merged = setMember(merged, path, value) as ConfigDocument; // a document with a named member stays one
  }
  return merged;
}

/** The variable that sets a key; `N` stands for an index. */
export function environmentName(path: readonly string[]): string {
  return path
    .map((part) => (part === '*' ? 'N' : part))
    .join('_')
    .replaceAll('.', '_')
    .toUpperCase();
}

interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

function readSettings(environment: Environment): Setting[] {
  const keys = configKeys();
  const named = new Map(keys.filter(({ path }) => !path.includes('*')).map((key) => [environmentName(key.path), key]));
  const indexed = keys.filter(({ path }) => path.includes('*')).map((key) => ({ key, pattern: namePattern(key) }));
  const settings: Setting[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined) continue;
    // Matching treats '.' and '_' as equal, and upper and lower case.
    const name = variable.replaceAll('.', '_').toUpperCase();
    const key = named.get(name);
    if (key !== undefined) {
      settings.push({ path: key.path, value: readValue(text, key.schema) });
      continue;
    }
    const item = /_\d+(_|$)/.test(name) ? indexed.find(({ pattern }) => pattern.test(name)) : undefined;
    if (item === undefined) continue;
    const indices = item.pattern.exec(name)?.slice(1) ?? [];
    const path = item.key.path.map((part) => (part === '*' ? (indices.shift() ?? part) : part));
    settings.push({ path, value: readValue(text, item.key.schema) });
  }
  return settings;
}

function namePattern({ path }: ConfigKey): RegExp {
  const parts = path.map((part) => (part === '*' ? '(\\d{1,4})' : environmentName([part]).replaceAll('$', '\\$')));
  return new RegExp(`^${parts.join('_')}$`);
}

function readValue(text: string, schema: KeySchema): unknown {
  switch (schema.type) {
    case 'integer':
      return /^[+-]?\d+(\.0*)?$/.test(text) ? Number(text) : 0;
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? 0 : Number(text);
    case 'boolean':
      return /^(1|t|true)$/i.test(text);
    case 'array':
      return readList(text);
    case 'object':
      return readJson(text, isDocument);
    default:
      return text;
  }
}

/** A JSON array, or one line of comma-separated values. */
function readList(text: string): unknown {
  if (text.trim() === '') return null;
  return readJson(text, Array.isArray) ?? [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(csvField);
}

function csvField([, quoted, plain = '']: RegExpExecArray): string {
  return quoted?.replaceAll('""', '"') ?? plain;
}

/** What is not of the wanted shape is null, which validation then names. */
function readJson(text: string, isWanted: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isWanted(value) ? value : null;
  } catch {
    return null;
  }
}

/** `container` with the member at `path` set; containers on the way are made as needed. */
function setMember(container: unknown, path: readonly string[], value: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return isDocument(container) && isDocument(value) ? mergeDocuments(container, value) : value;
  if (/^\d+$/.test(head)) return setItem(container, Number(head), rest, value);
  if (Array.isArray(container)) {
    throw new ConfigProviderError(`cannot set array element for non-numeric key '${head}'`);
  }
  const members = isDocument(container) ? container : {};
  return { ...members, [head]: setMember(members[head], rest, value) };
}

function setItem(container: unknown, index: number, rest: readonly string[], value: unknown): unknown[] {
  const items: unknown[] = Array.isArray(container) ? [...container] : [];
  // An index beyond the end leaves a gap; null makes validation name it.
  while (items.length < index) items.push(null);
  items[index] = setMember(items[index], rest, value);
  return items;
}
