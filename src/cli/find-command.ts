import type { CommandGroup, TableRow } from './command.ts';
import type { Flag } from './flags.ts';

/** What the words of a command line lead to. */
export interface Found {
  /** From the program itself to the row that was found; never empty. */
  readonly path: readonly [CommandGroup, ...TableRow[]];
  /** The words that do not name the command: its flags and arguments. */
  readonly rest: readonly string[];
  /** The first of them that is no flag. */
  readonly firstArgument: string | undefined;
}

/**
 * Follows the names of commands through the table. Flags may stand before a name; a flag that is unknown at its place
 * is taken to have a value, so that `--read-remote HOST check` leads to `check`.
 */
export function findCommand(table: CommandGroup, words: readonly string[]): Found {
  const path: [CommandGroup, ...TableRow[]] = [table];
  const flags: Flag[] = [{ kind: 'switch', name: 'help', short: 'h', about: '' }];
  let rest = [...words];
  for (let row: TableRow | undefined = table; ; ) {
    if (row.kind === 'group') flags.push(...(row.flags ?? []));
    const at = firstArgumentIndex(rest, flags);
    const word = at < 0 ? undefined : rest[at];
    row = row.kind === 'group' ? row.rows.find((one) => word !== undefined && isNamed(one, word)) : undefined;
    if (!row) return { path, rest, firstArgument: word };
    path.push(row);
    rest = rest.toSpliced(at, 1);
  }
}

/** How the command is called, for example `stheno relation-tuple get`. */
export function commandPath({ path }: Pick<Found, 'path'>): string {
  return path.map((row) => row.name).join(' ');
}

function isNamed(row: TableRow, word: string): boolean {
  return row.name === word || (row.aliases?.includes(word) ?? false);
}

function firstArgumentIndex(words: readonly string[], flags: readonly Flag[]): number {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') return -1;
    if (!word.startsWith('-')) {
      if (word !== '') return at;
    } else if (takesNextWord(word, flags)) at++;
  }
  return -1;
}

function takesNextWord(word: string, flags: readonly Flag[]): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return flags.find((flag) => flag.name === word.slice(2))?.kind !== 'switch';
  return word.length === 2 && flags.find((flag) => flag.short === word[1])?.kind !== 'switch';
}
