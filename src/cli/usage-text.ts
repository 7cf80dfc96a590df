import type { Command, CommandGroup, TableRow } from './command.ts';
import { commandPath, type Found } from './find-command.ts';
import type { Flag } from './flags.ts';

/** What a usage text speaks about: the row that was found, its command if it is one, and the flags that hold there. */
export interface UsageSubject {
  readonly found: Found;
  readonly command: Command | undefined;
  readonly flags: readonly Flag[];
}

/** What the command does, then how it is called. */
export function formatHelp(subject: UsageSubject): string {
  const about = subject.command?.about ?? subject.found.path.at(-1)?.summary ?? '';
  return `${about}\n\n${formatUsage(subject)}`;
}

/** How the command is called: from `Usage:` to the end. */
export function formatUsage({ found, command, flags }: UsageSubject): string {
  const path = commandPath(found);
  const row = found.path.at(-1);
  const sections = [
    ['Usage:', ...usageLines(path, command)],
    row?.aliases && ['Aliases:', `  ${[row.name, ...row.aliases].join(', ')}`],
    command && ['Examples:', ...command.examples.map((line) => `  ${line}`)],
    row?.kind === 'group' && ['Available Commands:', ...columns(listedRows(row).map((one) => [one.name, one.summary]))],
    ['Flags:', ...columns(flags.filter((flag) => !flag.isHidden).map((flag) => [flagName(flag), flag.about]))],
    row?.kind === 'group' && [`Use "${path} [command] --help" for more information about a command.`],
  ];
  return `${sections
    .filter((lines) => Array.isArray(lines))
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Rows that help, completion and suggestions speak about. */
export function visible(rows: readonly TableRow[]): TableRow[] {
  return rows.filter((row) => !row.isHidden && row.deprecated === undefined);
}

// A group whose commands are all hidden shows them nevertheless: nothing else leads to them.
function listedRows(group: CommandGroup): readonly TableRow[] {
  const rows = visible(group.rows);
  return rows.length === 0 ? group.rows : rows;
}

function usageLines(path: string, command: Command | undefined): string[] {
  if (!command) return [`  ${path} [command]`];
  return [`  ${[path, command.args, '[flags]'].filter((part) => part !== undefined).join(' ')}`];
}

function flagName(flag: Flag): string {
  const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
  switch (flag.kind) {
    case 'switch':
      return `${short}--${flag.name}`;
    case 'text':
      return `${short}--${flag.name} ${flag.isFile ? 'FILE' : 'TEXT'}`;
    case 'integer':
      return `${short}--${flag.name} N`;
    case 'list':
      return `${short}--${flag.name} ${flag.isFile ? 'FILE,…' : 'TEXT,…'}`;
  }
}

function columns(rows: readonly [name: string, about: string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, about]) => `  ${name.padEnd(width)}   ${about}`);
}
