import { extname } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { Namespace } from './namespace.ts';

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  '.yaml': (text) => parseYaml(text),
  '.yml': (text) => parseYaml(text),
  '.json': (text) => JSON.parse(text),
  '.toml': (text) => parseToml(text),
};

/**
 * The namespace that a legacy file declares (contract: configuration §4.2), undefined
 * when its extension says that it is none.
 * @throws {Error} when the file does not parse or is no namespace; the message says why
 */
export function parseLegacyFile(name: string, text: string): Namespace | undefined {
  const parse = PARSERS[extname(name)];
  if (parse === undefined) return undefined;
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('expected one namespace, an object with the key "name"');
  }
  if (!('name' in value) || typeof value.name !== 'string') throw new Error('the key "name" must be a string');
  return { name: value.name, relations: [] };
}
