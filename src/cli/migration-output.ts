import type { MigrationStatus, Migrator } from '../persistence/sql/migrator.ts';
import type { Invocation } from './command.ts';
import { CommandFailure } from './command-failure.ts';
import { formatResult, type Result } from './output/output.ts';
import { formatTable } from './output/table-text.ts';
import { UsageError } from './usage-error.ts';

/** Reads and prints the state of all migrations (contract: command line §11.2). */
export async function printMigrations({ flags, stdout }: Invocation, migrator: Migrator): Promise<void> {
  stdout.write(formatResult(flags, migrationsResult(await migrator.status())));
}

/** Runs a step of a command; what the database has to say is told behind `text`. */
export async function orFailure<T>(
  text: string,
  step: () => Promise<T>,
  options: { exitCode?: number } = {},
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof UsageError) throw error;
    throw new CommandFailure(`${text}: ${reasons(error).join(': ')}\n`, options);
  }
}

/** The message of an error and of what caused it: whoever migrates a database may see them all. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))];
}

/** What the beginning of every failed look at the migrations says. */
export const STATUS_FAILURE = 'Could not get migration status';

function migrationsResult(migrations: readonly MigrationStatus[]): Result {
  return {
    data: migrations.map(({ state, version, name, up, down }) => ({
      state,
      version,
      name,
      content: up,
      content_down: down,
    })),
    table: () =>
      formatTable([
        ['Version', 'Name', 'Status'],
        ...migrations.map(({ version, name, state }) => [version, name, state]),
      ]),
    quiet: () => migrations.map(({ version }) => `${version}\n`).join(''),
  };
}
