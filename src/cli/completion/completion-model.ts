import type { CommandGroup, TableRow } from '../command.ts';
import type { Flag } from '../flags.ts';
import { usageSubject } from '../program.ts';
import { visible } from '../usage-text.ts';

/** What can be typed behind one command or group. */
export interface CompletionNode {
  /** The words that lead here, each after a slash: `/relation-tuple/get`, empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly Flag[];
}

/** Everything that can be typed, a node for every visible row of the table, parents first. */
export async function completionNodes(table: CommandGroup): Promise<readonly CompletionNode[]> {
  return nodesBelow([table], '');
}

async function nodesBelow(rows: readonly [CommandGroup, ...TableRow[]], path: string): Promise<CompletionNode[]> {
  const row = rows.at(-1);
  const children = row?.kind === 'group' ? visible(row.rows) : [];
  const { flags } = await usageSubject({ path: rows, rest: [], firstArgument: undefined });
  const commands = children.map(({ name, summary }) => ({ name, summary }));
  const node = { path, commands, flags: flags.filter((flag) => !flag.isHidden) };
  const below = await Promise.all(children.map((child) => nodesBelow([...rows, child], `${path}/${child.name}`)));
  return [node, ...below.flat()];
}

/** A flag as it is typed: `--quiet`, `-q`. */
export function spellings(flag: Flag): string[] {
  return flag.short === undefined ? [`--${flag.name}`] : [`--${flag.name}`, `-${flag.short}`];
}

/** Whether the next word is the flag's value. */
export function takesValue(flag: Flag): boolean {
  return flag.kind !== 'switch';
}

/** Whether that value is a file. */
export function takesFile(flag: Flag): boolean {
  return (flag.kind === 'text' || flag.kind === 'list') && flag.isFile === true;
}

/** The names that the program is installed under. */
export const PROGRAM_NAMES: readonly string[] = ['stheno', 'keto'];
