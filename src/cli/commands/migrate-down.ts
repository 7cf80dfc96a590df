import { quote } from '../../opl/quote.ts';
import { exactArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { orFailure, printMigrations, STATUS_FAILURE } from '../migration-output.ts';
import { openMigrator } from '../open-migrator.ts';
import { UsageError } from '../usage-error.ts';

/** `stheno migrate down` (contract: command line §11.2). */
export const migrateDown: Command = {
  args: '<steps>',
  about: `Takes applied migrations of the configured database back, newest first, after a question.

This deletes data. 0 steps take all of them back.`,
  examples: ['stheno migrate down 1 -c stheno.yml', 'stheno migrate down 0 --yes -c stheno.yml'],
  flags: [{ kind: 'switch', name: 'yes', short: 'y', about: 'do not ask' }],
  accepts: exactArguments(1),
  async run(invocation) {
    const { args, flags, stdout } = invocation;
    const steps = parseSteps(args[0] ?? '');
    await using migrator = await orFailure(STATUS_FAILURE, () => openMigrator(invocation));
    await orFailure(STATUS_FAILURE, () => printMigrations(invocation, migrator));
    if (
      !flags.isOn('yes') &&
      !(await confirm(invocation, 'Do you really want to migrate down? This will delete data.'))
    ) {
      stdout.write('Migration aborted.\n');
      return 0;
    }
    // The wording is the contract's.
    await orFailure('Could apply down migrations', () => migrator.down(steps));
    await orFailure(STATUS_FAILURE, () => printMigrations(invocation, migrator));
    return 0;
  },
};

function parseSteps(text: string): number {
  const steps = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(steps)) return steps;
  throw new UsageError(`malformed argument ${text} for <steps>: ${quote(text)} is not a whole number from 0`);
}
