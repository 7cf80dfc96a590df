import { CommandFailure } from '../command-failure.ts';

/** What goes wrong in a command below `engines` once it is understood: a line, and exit code 1 (contract: acp §8). */
export function engineFailure(text: string): CommandFailure {
  return new CommandFailure(`${text}\n`, { exitCode: 1 });
}
