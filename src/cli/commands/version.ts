import { buildInfo } from '../../version.ts';
import type { Command } from '../command.ts';

export const version: Command = {
  about: 'Shows the version of this program and what it was built from.',
  examples: ['stheno version'],
  async run({ stdout }) {
    const { version: number, commit, builtAt } = buildInfo();
    stdout.write(`Version:\t\t\t${number}\nBuild Commit:\t${commit}\nBuild Timestamp:\t${builtAt}\n`);
    return 0;
  },
};
