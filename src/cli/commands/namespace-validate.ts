import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { Command } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { configFlag } from '../config-files.ts';
import { legacyNamespaceProblems } from '../legacy-namespace-problems.ts';
import { systemErrorText } from '../system-error-text.ts';

type Parse = (text: string) => unknown;

const parseYamlText: Parse = (text) => parseYaml(text);

const PARSERS: Readonly<Record<string, Parse>> = {
  '.yaml': parseYamlText,
  '.yml': parseYamlText,
  '.json': (text) => JSON.parse(text),
  '.toml': parseToml,
};

/** `stheno namespace validate-legacy` (contract: command line §11.3). */
export const namespaceValidate: Command = {
  args: '[<file>…]',
  about: `Checks legacy namespace files, one namespace a file, and the namespaces of configuration files.

New models are written in the Ory Permission Language.`,
  examples: ['stheno namespace validate-legacy videos.yml groups.json', 'stheno namespace validate-legacy -c keto.yml'],
  async run({ args, flags, stdout }) {
    if (flags.isGiven(configFlag.name)) for (const file of flags.list(configFlag.name)) validateConfigFile(file);
    for (const file of args) validateFile(file);
    stdout.write('Congrats, all files are valid!\n');
    return 0;
  },
};

function validateFile(file: string): void {
  validate(file, readDocument(file, 'unmarshal'));
}

function validateConfigFile(file: string): void {
  const document = readDocument(file, 'parse');
  const namespaces = isFields(document) ? document.namespaces : undefined;
  if (namespaces === undefined) return;
  if (typeof namespaces === 'string') {
    for (const one of legacyFiles(namespaces)) validateFile(one);
  } else if (Array.isArray(namespaces)) {
    for (const [at, namespace] of namespaces.entries()) validate(`index: ${at}`, namespace);
  } else {
    const shown = JSON.stringify(namespaces);
    throw new CommandFailure(`unknown type ${typeof namespaces} for key 'namespaces' in config file: ${shown}\n`);
  }
}

function validate(name: string, namespace: unknown): void {
  if (!isFields(namespace)) {
    throw new CommandFailure(`Encountered unmarshal error for "${name}": a namespace must be an object\n`);
  }
  const problems = legacyNamespaceProblems(namespace);
  if (problems === '') return;
  throw new CommandFailure(`File ${name} was not a valid namespace file. Reasons:\n${problems}`);
}

function readDocument(file: string, step: 'unmarshal' | 'parse'): unknown {
  const text = readText(file);
  const parse = PARSERS[extname(file)];
  if (!parse) {
    const known = Object.keys(PARSERS).join(', ');
    throw new CommandFailure(
      `Unable to infer file type from "${file}": expected one of [${known}] but got ${extname(file)}\n`,
    );
  }
  try {
    // A file of comments alone is an empty document.
    return parse(text) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new CommandFailure(`Encountered ${step} error for "${file}": ${reason}\n`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new CommandFailure(`Could not read file "${file}": ${systemErrorText(error)}\n`);
  }
}

/** The namespace files that a URI of the configuration stands for, in the order of their names. */
function legacyFiles(uri: string): string[] {
  if (!uri.startsWith('file://')) {
    throw new CommandFailure(`Encountered error reading config: ${uri} is not a file URI\n`);
  }
  const path = uri.startsWith('file:///') ? fileURLToPath(uri) : uri.slice('file://'.length);
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => extname(name) in PARSERS)
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw new CommandFailure(`Encountered error reading config: ${systemErrorText(error)}\n`);
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
