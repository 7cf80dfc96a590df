import { createInterface } from 'node:readline';
import type { Invocation } from './command.ts';
import { CommandFailure } from './command-failure.ts';

/**
 * Asks until the answer is yes or no.
 *
 * @throws {CommandFailure} with exit code 1 when the input ends. Source: contract, command line §11.2.
 */
export async function confirm({ stdin, stdout }: Invocation, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin });
  try {
    stdout.write(`${question} [y/n]: `);
    for await (const line of lines) {
      const answer = line.trim().toLowerCase();
      if (answer === 'y' || answer === 'yes') return true;
      if (answer === 'n' || answer === 'no') return false;
      stdout.write(`${question} [y/n]: `);
    }
  } finally {
    lines.close();
  }
  throw new CommandFailure('Unable to confirm: unable to read from stdin: EOF\n', { exitCode: 1 });
}
