import { quote } from '../opl/quote.ts';
import type { Command, CommandGroup, Surroundings } from './command.ts';
import { CommandFailure, FAILURE_EXIT_CODE } from './command-failure.ts';
import { commandPath, type Found, findCommand } from './find-command.ts';
import { type Flag, type FlagValues, parseFlags } from './flags.ts';
import { suggestCommands } from './suggestions.ts';
import { UsageError } from './usage-error.ts';
import { formatHelp, formatUsage, type UsageSubject } from './usage-text.ts';

const HELP_FLAG: Flag = { kind: 'switch', name: 'help', short: 'h', about: 'show this help' };

/**
 * Runs one command line and resolves with its exit code. Nothing is thrown that a user could have caused.
 *
 * Source: contract, command line §2.
 */
export async function runProgram(
  table: CommandGroup,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const found = findCommand(table, words);
  if (found.path.length === 1 && found.firstArgument !== undefined && !asksForHelpFirst(found)) {
    return refuseUnknownCommand(table, found.firstArgument, surroundings);
  }
  const row = found.path.at(-1) ?? table;
  if (row.deprecated !== undefined)
    surroundings.stderr.write(`Command "${row.name}" is deprecated, ${row.deprecated}\n`);
  const subject = await usageSubject(found);
  try {
    return await runFound(subject, { table, ...surroundings });
  } catch (error) {
    return report(error, subject, surroundings);
  }
}

function asksForHelpFirst({ rest, firstArgument = '' }: Found): boolean {
  return rest.slice(0, rest.indexOf(firstArgument)).some((word) => word === '-h' || word === '--help');
}

/** Loads what there is to say about a row. */
export async function usageSubject(found: Found): Promise<UsageSubject> {
  const row = found.path.at(-1);
  const command = row?.kind === 'command' ? await row.load() : undefined;
  const inherited = found.path.flatMap((one) => (one.kind === 'group' ? (one.flags ?? []) : []));
  return { found, command, flags: [...(command?.flags ?? []), ...inherited, HELP_FLAG] };
}

async function runFound(subject: UsageSubject, context: Surroundings & { table: CommandGroup }): Promise<number> {
  const { command, found } = subject;
  const { values, args } = parseFlags(found.rest, subject.flags);
  if (!command || values.isOn(HELP_FLAG.name)) {
    context.stdout.write(formatHelp(subject));
    return 0;
  }
  return runCommand(command, values, args, found, context);
}

async function runCommand(
  command: Command,
  flags: FlagValues,
  args: readonly string[],
  found: Found,
  context: Surroundings & { table: CommandGroup },
): Promise<number> {
  const complaint = command.accepts?.(args, commandPath(found));
  if (complaint !== undefined) throw new UsageError(complaint);
  return command.run({ ...context, args, flags });
}

function report(error: unknown, subject: UsageSubject, { stdout, stderr }: Surroundings): number {
  if (error instanceof CommandFailure) {
    stderr.write(error.message);
    return error.exitCode;
  }
  if (error instanceof UsageError) {
    stderr.write(`Error: ${error.message}\n${formatUsage(subject)}`);
    stdout.write(`${error.message}\n`);
    return FAILURE_EXIT_CODE;
  }
  throw error;
}

function refuseUnknownCommand(table: CommandGroup, word: string, { stdout, stderr }: Surroundings): number {
  const similar = suggestCommands(table.rows, word);
  const hint = similar.length === 0 ? '' : `\n\nDid you mean this?\n${similar.map((name) => `\t${name}\n`).join('')}`;
  const message = `unknown command ${quote(word)} for "${table.name}"${hint}`;
  stderr.write(`Error: ${message}\nRun '${table.name} --help' for usage.\n`);
  stdout.write(`${message}\n`);
  return FAILURE_EXIT_CODE;
}
