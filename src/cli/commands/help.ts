import type { Command } from '../command.ts';
import { findCommand } from '../find-command.ts';
import { usageSubject } from '../program.ts';
import { formatHelp, formatUsage } from '../usage-text.ts';

export const help: Command = {
  args: '[command]',
  about: 'Shows what a command does and how it is called.',
  examples: ['stheno help check', 'stheno help relation-tuple get'],
  async run({ args, table, stdout, stderr }) {
    const subject = await usageSubject(findCommand(table, args));
    if (args.length > 0 && subject.found.path.length === 1) {
      const topic = args.map((word) => `\`${word}\``).join(' ');
      stderr.write(`Unknown help topic [${topic}]\n${formatUsage(subject)}`);
    } else stdout.write(formatHelp(subject));
    return 0;
  },
};
