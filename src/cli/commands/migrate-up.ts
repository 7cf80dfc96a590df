import { noArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { confirm } from '../confirm.ts';
import { orFailure, printMigrations, STATUS_FAILURE } from '../migration-output.ts';
import { openMigrator } from '../open-migrator.ts';

/** `stheno migrate up` (contract: command line §11.2). */
export const migrateUp: Command = {
  about: `Applies all pending migrations to the configured database, after a question.

Make a backup first.`,
  examples: ['stheno migrate up -c stheno.yml', 'DSN=sqlite:///var/lib/stheno.sqlite stheno migrate up --yes -c ""'],
  flags: [{ kind: 'switch', name: 'yes', short: 'y', about: 'do not ask' }],
  accepts: noArguments,
  async run(invocation) {
    const { flags, stdout } = invocation;
    await using migrator = await orFailure(STATUS_FAILURE, () => openMigrator(invocation));
    const pending = await orFailure(STATUS_FAILURE, () => migrator.pending());
    stdout.write('Current status:\n');
    await orFailure(STATUS_FAILURE, () => printMigrations(invocation, migrator));
    if (pending.length === 0) {
      stdout.write('All migrations are already applied, there is nothing to do.\n');
      return 0;
    }
    if (!flags.isOn('yes') && !(await confirm(invocation, QUESTION))) {
      stdout.write('Aborting\n');
      return 0;
    }
    stdout.write('Applying migrations...\n');
    await orFailure('Could not apply migrations', () => migrator.up());
    stdout.write('Successfully applied all migrations:\n');
    await orFailure(STATUS_FAILURE, () => printMigrations(invocation, migrator));
    return 0;
  },
};

const QUESTION =
  'Are you sure that you want to apply this migration? Make sure to check the CHANGELOG.md for breaking changes beforehand.';
