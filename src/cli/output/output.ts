import { CommandFailure } from '../command-failure.ts';
import type { FlagValues } from '../flags.ts';
import { isArray, isObject, type Json } from './json.ts';
import { resolvePath } from './json-path.ts';
import { resolvePointer } from './json-pointer.ts';
import { formatJson } from './json-text.ts';
import { formatYaml } from './yaml-text.ts';

/** How a result is shown. */
export type OutputFormat =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'table' }
  | { readonly kind: 'json'; readonly isPretty: boolean }
  | { readonly kind: 'yaml' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'pointer'; readonly pointer: string };

/** One result in all its shapes; each text ends its own last line. */
export interface Result {
  readonly data: Json;
  readonly table: () => string;
  readonly quiet: () => string;
}

/**
 * The text of a result in the format that the flags ask for. An unknown format means the table.
 *
 * @throws {CommandFailure} with exit code 1 for a path or pointer that is missing or leads nowhere.
 * Source: contract, command line §4.
 */
export function formatResult(flags: FlagValues, result: Result): string {
  const format = outputFormat(flags);
  switch (format.kind) {
    case 'quiet':
      return result.quiet();
    case 'table':
      return result.table();
    case 'json':
      return formatJson(result.data, format);
    case 'yaml':
      return formatYaml(result.data);
    case 'path':
      return formatJson(atPath(result.data, format.path), { isPretty: true });
    case 'pointer':
      return formatJson(resolvePointer(result.data, format.pointer), { isPretty: true });
  }
}

function outputFormat(flags: FlagValues): OutputFormat {
  const name = flags.text('format');
  if (flags.isOn('quiet')) return { kind: 'quiet' };
  if (name === 'json' || name === 'json-pretty') return { kind: 'json', isPretty: name !== 'json' };
  if (name === 'yaml') return { kind: 'yaml' };
  if (name.startsWith('jsonpath')) return { kind: 'path', path: behindEquals(name, PATH_HINT) };
  if (name.startsWith('jsonpointer')) return { kind: 'pointer', pointer: behindEquals(name, POINTER_HINT) };
  return { kind: 'table' };
}

const PATH_HINT = {
  missing: 'path',
  placeholder: '<path>',
  syntax: 'https://github.com/tidwall/gjson/blob/master/SYNTAX.md',
};
const POINTER_HINT = {
  missing: 'JSON pointer',
  placeholder: '<jsonpointer>',
  syntax: 'https://datatracker.ietf.org/doc/html/draft-ietf-appsawg-json-pointer-07.',
};

function behindEquals(name: string, hint: typeof PATH_HINT): string {
  const equals = name.indexOf('=');
  if (equals >= 0) return name.slice(equals + 1);
  throw new CommandFailure(
    `Format ${name} is missing a ${hint.missing}, e.g., --format=${name}=${hint.placeholder}. The path syntax is described at ${hint.syntax}`,
    { exitCode: 1 },
  );
}

/** What a path leads to has its keys sorted, like the original; the whole document keeps its order. */
function atPath(data: Json, path: string): Json {
  return path === '' ? data : sorted(resolvePath(data, path) ?? null);
}

function sorted(value: Json): Json {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}
