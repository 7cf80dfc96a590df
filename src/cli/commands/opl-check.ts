import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { decodeOpl } from '../../opl/decode.ts';
import type { Diagnostic } from '../../opl/diagnostic.ts';
import { formatDiagnostics } from '../../opl/format-diagnostics.ts';
import { formatDiagnosticsJson } from '../../opl/format-diagnostics-json.ts';
import { type OplFile, parseOplFiles } from '../../opl/parse.ts';
import type { Command, Invocation } from '../command.ts';
import { readOplFiles } from '../read-opl-files.ts';
import { UsageError } from '../usage-error.ts';

/** The exit code when the model has errors; it differs from the one for calls that could not be carried out. */
const ERRORS_FOUND = 1;

/** `stheno opl check`. */
export const oplCheck: Command = {
  args: '<path>…',
  about: `Checks files of the Ory Permission Language, and shows what is wrong at its place.

All files together, those of folders included, are one model: they may refer to each other. The exit code is 1 when there are errors; warnings alone are no failure.`,
  examples: [
    'stheno opl check namespaces.keto.ts',
    'stheno opl check --format json model/',
    'stheno opl check - < model.ts',
  ],
  flags: [
    {
      kind: 'text',
      name: 'format',
      default: 'text',
      values: ['text', 'json'],
      about: 'output format: text, or json for editors and other programs (default text)',
    },
  ],
  accepts: (args) => (args.length === 0 ? 'requires at least 1 arg(s), only received 0' : undefined),
  async run(invocation) {
    const format = invocation.flags.text('format');
    if (format !== 'text' && format !== 'json') throw new UsageError(`expected one of [text, json] but got ${format}`);
    const files = (await Promise.all(invocation.args.map((path) => readInput(path, invocation.stdin)))).flat();
    const { namespaces, errors, warnings } = parseOplFiles(files, { recover: true });
    const diagnostics = [...errors, ...warnings];
    if (format === 'json') invocation.stdout.write(formatDiagnosticsJson('', diagnostics));
    else printDiagnostics(invocation, files, diagnostics, namespaces.length);
    return errors.length > 0 ? ERRORS_FOUND : 0;
  },
};

function printDiagnostics(
  { stdout, env }: Invocation,
  files: readonly OplFile[],
  diagnostics: readonly Diagnostic[],
  namespaceCount: number,
): void {
  const color = 'isTTY' in stdout && stdout.isTTY === true && !env.NO_COLOR;
  for (const { name, source } of files) {
    const ofFile = diagnostics.filter(({ file }) => file === name).sort(byPlace);
    stdout.write(formatDiagnostics(source, name, ofFile, { color }));
  }
  const errorCount = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warningCount = diagnostics.length - errorCount;
  const found = `${counted(errorCount, 'error')}, ${counted(warningCount, 'warning')}`;
  stdout.write(errorCount > 0 ? `${found}\n` : `${counted(namespaceCount, 'namespace')}, ${found}\n`);
}

function byPlace({ start: a }: Diagnostic, { start: b }: Diagnostic): number {
  return a.line - b.line || a.column - b.column;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

async function readInput(path: string, stdin: Readable): Promise<readonly OplFile[]> {
  return path === '-' ? [{ name: 'stdin', source: decodeOpl(await buffer(stdin)) }] : readOplFiles(path);
}
