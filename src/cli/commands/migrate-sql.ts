import { createLogger } from '../../observability/logger.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailure } from '../command-failure.ts';
import { findCommand } from '../find-command.ts';
import { orFailure } from '../migration-output.ts';
import { usageSubject } from '../program.ts';
import { formatUsage } from '../usage-text.ts';

/** The exit code of all its failures. */
const EXIT_CODE = 1;

/** `stheno migrate sql`, as old releases have it (contract: acp §8): it asks nothing and prints nothing but its log. */
export const migrateSql: Command = {
  args: '<database-url>',
  about: `Applies all pending migrations to a database, without a question.

With -e the database is that of the environment: DSN, or DATABASE_URL.`,
  examples: ["stheno migrate sql 'postgres://stheno:secret@127.0.0.1:5432/stheno'", 'stheno migrate sql -e'],
  flags: [{ kind: 'switch', name: 'read-from-env', short: 'e', about: 'take the database from DSN or DATABASE_URL' }],
  async run(invocation) {
    const dsn = await databaseOf(invocation);
    if (dsn === 'memory')
      throw failure('Migrations can only be run against PostgreSQL, MySQL or CockroachDB databases');
    const logger = createLogger({ level: 'info', format: 'text' }, invocation.stderr);
    const { Migrator } = await import('../../persistence/sql/migrator.ts');
    const apply = async (): Promise<void> => {
      await using migrator = await Migrator.open({ dsn });
      const pending = await migrator.pending();
      logger.info('Applying storage SQL migrations...');
      await migrator.up();
      logger.info({ applied_migrations: pending.length }, 'Successfully applied SQL migrations');
      logger.info('Done applying storage SQL migrations');
    };
    await orFailure('Could not apply migrations', apply, { exitCode: EXIT_CODE });
    return 0;
  },
};

async function databaseOf({ flags, args, env, table, stdout }: Invocation): Promise<string> {
  const dsn = flags.isOn('read-from-env') ? env.DSN || env.DATABASE_URL : args[0];
  if (dsn) return dsn;
  stdout.write(formatUsage(await usageSubject(findCommand(table, ['migrate', 'sql']))));
  throw failure(
    flags.isOn('read-from-env')
      ? 'Neither DSN nor DATABASE_URL is set in the environment'
      : 'Argument 1 is missing: the URL of the database, or -e to take it from the environment',
  );
}

function failure(text: string): CommandFailure {
  return new CommandFailure(`${text}\n`, { exitCode: EXIT_CODE });
}
