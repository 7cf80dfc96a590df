import { type ConfigDocument, isDocument, mergeDocuments } from './config-document.ts';
import { ConfigProviderError } from './config-error.ts';
import { configKeys } from './config-keys.ts';
import { readVariable } from './environment-value.ts';
import { configSchema } from './schema.ts';

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

/** Every variable that sets a key begins with the name of a top-level one. */
const SECTIONS: RegExp = new RegExp(`^(${Object.keys(configSchema.shape).map(namePattern).join('|')})(_|$)`);

function readSettings(environment: Environment): Setting[] {
  const variables = Object.entries(environment)
    // Matching treats '.' and '_' as equal, and upper and lower case.
    .map(([variable, text]) => ({ name: variable.replaceAll('.', '_').toUpperCase(), text }))
    .filter(({ name }) => SECTIONS.test(name));
  // Mostly there are none, and walking the schema would be a good part of a start.
  if (variables.length === 0) return [];
  const keys = configKeys().map((key) => ({ ...key, pattern: new RegExp(`^${key.path.map(namePattern).join('_')}$`) }));
  return variables.flatMap(({ name, text }) => {
    const key = keys.find(({ pattern }) => pattern.test(name));
    if (key === undefined || text === undefined) return [];
    const indices = key.pattern.exec(name)?.slice(1) ?? [];
    const path = key.path.map((part) => (part === '*' ? (indices.shift() ?? part) : part));
    return [{ path, value: readVariable(text, key.schema) }];
  });
}

function namePattern(part: string): string {
  return part === '*' ? '(\\d{1,4})' : environmentName([part]).replaceAll('$', '\\$');
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
