import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { BYTE_SIZE } from '../src/config/byte-size.ts';
import { type ConfigKey, configJsonSchema, configKeys, type KeySchema } from '../src/config/config-keys.ts';
import { DURATION } from '../src/config/duration.ts';
import { environmentName } from '../src/config/environment.ts';

const REFERENCE = 'docs/configuration.md';
const SCHEMA = 'docs/config.schema.json';

const BEGIN = '<!-- keys: begin (npx tsx scripts/generate-config-reference.ts) -->';
const END = '<!-- keys: end -->';

const LISTENERS = ['read', 'write', 'metrics', 'opl'];

/** The reference page with the tables between its markers made anew. */
export function renderReference(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${REFERENCE} has no place for the generated tables`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderSections()}\n${page.slice(end)}`;
}

/** The JSON Schema file. */
export function renderSchema(): string {
  const { $schema, ...schema } = configJsonSchema() as KeySchema & { readonly $schema: string }; // zod names the draft
  const text = JSON.stringify({ $schema, title: 'Configuration of Stheno', ...schema }, undefined, 2);
  // Lists of plain values on one line, as the formatter wants them.
  const compact = text.replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items: string) => `[${items.replaceAll(/,\s+/g, ', ')}]`);
  return `${compact}\n`;
}

/** One table for each top-level object, one for the keys that are none. */
function renderSections(): string {
  const keys = shareListeners(configKeys());
  const isSection = ({ path, schema }: ConfigKey) => path.length === 1 && schema.type === 'object';
  const inSection = (name: string | undefined) => (key: ConfigKey) => key.path[0] === name && !isSection(key);
  const sections = keys.filter(isSection);
  const named = new Set(sections.map(({ path }) => path[0]));
  const rest = keys.filter(({ path }) => !named.has(path[0]));
  return [
    `### General\n\n${renderTable(rest)}`,
    ...sections.map(
      ({ path, schema }) =>
        `### \`${path[0]}\`\n\n${schema.description}\n\n${renderTable(keys.filter(inSection(path[0])))}`,
    ),
  ].join('\n');
}

/** Keys that are the same for every listener are shown once, as `serve.X.…`. */
function shareListeners(keys: readonly ConfigKey[]): ConfigKey[] {
  const listenerKey = ({ path }: ConfigKey) =>
    path[0] === 'serve' && path.length > 2 ? path.slice(2).join('.') : undefined;
  const isShared = (key: ConfigKey) => {
    const same = keys.filter(
      (other) => listenerKey(other) === listenerKey(key) && JSON.stringify(other.schema) === JSON.stringify(key.schema),
    );
    return same.length === LISTENERS.length;
  };
  const own = keys.filter((key) => listenerKey(key) === undefined || !isShared(key));
  const shared = keys.filter((key) => key.path[1] === LISTENERS[0] && !own.includes(key));
  return [...own, ...shared.map((key) => ({ ...key, path: ['serve', 'X', ...key.path.slice(2)] }))];
}

function renderTable(keys: readonly ConfigKey[]): string {
  const rows = keys.filter(isRow).map(({ path, schema }) => {
    const name = path.map((part) => (part === '*' ? 'N' : part)).join('.');
    const cells = [`\`${name}\``, typeOf(schema), defaultOf(schema), schema.description ?? '', variableOf(path)];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Key | Type | Default | Meaning | Variable |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** No shell can set a variable with `$` in its name. */
function variableOf(path: readonly string[]): string {
  const name = environmentName(path);
  return name.includes('$') ? '' : `\`${name}\``;
}

/** Objects are seen in their members, items of plain lists in their list. */
function isRow({ path, schema }: ConfigKey): boolean {
  return schema.properties === undefined && !(path.at(-1) === '*' && path.length > 2);
}

function typeOf(schema: KeySchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value || '""'}\``).join(' ');
  if (schema.pattern === BYTE_SIZE.source) return 'size';
  if (schema.anyOf !== undefined) return eitherOf(schema.anyOf.map(typeOf));
  if (schema.pattern === DURATION.source) return 'duration';
  const { type = 'any', minimum, maximum, minLength } = schema;
  if (schema.items !== undefined) return `list: ${typeOf(schema.items)}`;
  const range =
    minimum === undefined || maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
      ? ''
      : ` ${minimum}–${maximum}`;
  const length = minLength === undefined || minLength < 2 ? '' : ` of ${minLength} characters or more`;
  return `${schema.format ?? type}${range}${length}`;
}

/** The kinds of values, each once and without their ranges. */
function eitherOf(types: readonly string[]): string {
  const kinds = [...new Set(types.map((type) => type.replace(/^(list):.*/, '$1')))].sort();
  return kinds.length === 1 ? (kinds[0] ?? '') : `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`;
}

function defaultOf(schema: KeySchema): string {
  if (schema.default === undefined) return '';
  return `\`${typeof schema.default === 'string' ? schema.default || '""' : JSON.stringify(schema.default)}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(REFERENCE, renderReference(readFileSync(REFERENCE, 'utf8')));
  writeFileSync(SCHEMA, renderSchema());
}
