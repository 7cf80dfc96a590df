import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { commandTable } from '../../../src/cli/command-table.ts';
import { runProgram } from '../../../src/cli/program.ts';

export interface Called {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process; nothing of the real environment reaches it. */
export async function callProgram(
  words: readonly string[],
  {
    env = {},
    stdin = '',
    isTerminal = false,
  }: { env?: Readonly<Record<string, string>>; stdin?: string | Uint8Array; isTerminal?: boolean } = {},
): Promise<Called> {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const outputs = Promise.all([text(stdout), text(stderr)]);
  const exit = await runProgram(commandTable, words, {
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [printed, complained] = await outputs;
  return { exit, stdout: printed, stderr: complained };
}
