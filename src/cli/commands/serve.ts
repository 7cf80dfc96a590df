import type { Command } from '../command.ts';
import { configFailure } from '../config-failure.ts';
import { configFiles } from '../config-files.ts';

export const serve: Command = {
  about: `Runs the server: the read, write, OPL and metrics listeners of the configuration.

It stops when it is interrupted or terminated, after the requests that are being answered.`,
  examples: ['stheno serve -c stheno.yml', 'DSN=memory stheno serve -c ""'],
  flags: [
    { kind: 'switch', name: 'auto-migrate', about: 'bring the schema of a SQLite database up to date before serving' },
    { kind: 'switch', name: 'sqa-opt-out', about: 'accepted and without effect: nothing is ever reported to anybody' },
    { kind: 'switch', name: 'disable-telemetry', about: 'the same by its old name', isHidden: true },
  ],
  async run({ flags, env, stdout }) {
    const { serve: startServer } = await import('../serve.ts');
    try {
      return await startServer({
        configFiles: configFiles(flags, env),
        autoMigrate: flags.isOn('auto-migrate'),
        env,
        stdout,
      });
    } catch (error) {
      throw configFailure(error);
    }
  },
};
