import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse as tomlOf } from 'smol-toml';
import { parse as yamlOf } from 'yaml';
import { type ConfigDocument, isDocument } from './config-document.ts';
import { ConfigProviderError } from './config-error.ts';
import { fileErrorReason } from './file-error.ts';

type Parse = (text: string) => unknown;

const parseYaml: Parse = (text) => yamlOf(text, { merge: true });
const parseToml: Parse = (text) => tomlOf(text);
const parseJson: Parse = (text) => JSON.parse(text);

const PARSERS: ReadonlyMap<string, Parse> = new Map([
  ['.yaml', parseYaml],
  ['.yml', parseYaml],
  ['.json', parseJson],
  ['.toml', parseToml],
]);

/**
 * Reads one configuration file; its extension says the format. An empty file is an empty document.
 * @throws {ConfigProviderError} when the extension is unknown, or the file is missing or malformed
 */
export function readConfigFile(path: string): ConfigDocument {
  const parse = PARSERS.get(extname(path));
  if (parse === undefined) throw new ConfigProviderError(`unknown config file extension: ${extname(path)}`);
  const text = readText(path);
  const content = text.trim() === '' ? {} : parseText(path, text, parse);
  if (!isDocument(content ?? {})) throw new ConfigProviderError(`${path}: the document must be an object`);
  return (content ?? {}) as ConfigDocument; // checked above; a file of comments only is null
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new ConfigProviderError(`open ${path}: ${fileErrorReason(error)}`, { cause: error });
  }
}

function parseText(path: string, text: string, parse: Parse): unknown {
  try {
    return parse(text);
  } catch (error) {
    // Without the cause, because parsers quote the document, and there are passwords in it.
    throw new ConfigProviderError(`${path}: ${withoutQuote(error)}`);
  }
}

/** The first line of a parser's message: YAML and TOML quote the document below it, JSON in it. */
function withoutQuote(error: unknown): string {
  const [firstLine = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return firstLine.replace(/, (?:\.\.\.)?".* is not valid JSON$/, ' in JSON');
}
