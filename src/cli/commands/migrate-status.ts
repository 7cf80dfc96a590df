import { setTimeout as sleep } from 'node:timers/promises';
import type { Migrator } from '../../persistence/sql/migrator.ts';
import type { Command, Invocation } from '../command.ts';
import { CommandFailure, FAILURE_EXIT_CODE } from '../command-failure.ts';
import { orFailure, printMigrations, STATUS_FAILURE } from '../migration-output.ts';
import { openMigrator } from '../open-migrator.ts';

const POLL_INTERVAL_MS = 1000;

/** `stheno migrate status` (contract: command line §11.2). */
export const migrateStatus: Command = {
  about: `Shows all migrations of the configured database, and whether they are applied.

With --block it waits until none is pending.`,
  examples: ['stheno migrate status -c stheno.yml', 'stheno migrate status --block -q -c stheno.yml'],
  flags: [{ kind: 'switch', name: 'block', about: 'wait until no migration is pending' }],
  async run(invocation) {
    try {
      return await orFailure(STATUS_FAILURE, () => showStatus(invocation));
    } catch (error) {
      if (!(error instanceof CommandFailure) || !error.message.startsWith(STATUS_FAILURE)) throw error;
      // This one failure is a result, and stands where the table would.
      invocation.stdout.write(error.message);
      return FAILURE_EXIT_CODE;
    }
  },
};

async function showStatus(invocation: Invocation): Promise<number> {
  await using migrator = await openMigrator(invocation);
  if (invocation.flags.isOn('block')) await untilApplied(invocation, migrator);
  await printMigrations(invocation, migrator);
  return 0;
}

async function untilApplied({ stdout }: Invocation, migrator: Migrator): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    for (;;) {
      const pending = (await migrator.status()).filter(({ state }) => state === 'Pending');
      if (pending.length === 0) return;
      stdout.write(`Waiting for migrations to finish...\n${pending.map(({ name }) => ` - ${name}\n`).join('')}`);
      await sleep(POLL_INTERVAL_MS, undefined, { signal: interruption.signal });
    }
  } catch (error) {
    throw interruption.signal.aborted ? new CommandFailure('Context was canceled, exiting...\n') : error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
