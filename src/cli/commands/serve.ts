import { existsSync } from 'node:fs';
import { LEGACY_DSN } from '../../config/legacy-dsn.ts';
import type { Command, Invocation } from '../command.ts';
import { configFailure } from '../config-failure.ts';
import { configFiles, configFlag } from '../config-files.ts';

/** A switch of releases whose default configuration file need not exist (contract: acp §7, §10). */
const LEGACY_SWITCH = 'disable-telemetry';

export const serve: Command = {
  about: `Runs the server: the read, write, OPL and metrics listeners of the configuration.

It stops when it is interrupted or terminated, after the requests that are being answered.`,
  examples: ['stheno serve -c stheno.yml', 'DSN=memory stheno serve -c ""'],
  flags: [
    { kind: 'switch', name: 'auto-migrate', about: 'bring the schema of a SQLite database up to date before serving' },
    { kind: 'switch', name: 'sqa-opt-out', about: 'accepted and without effect: nothing is ever reported to anybody' },
    { kind: 'switch', name: LEGACY_SWITCH, about: 'the same by its old name', isHidden: true },
  ],
  async run(invocation) {
    const { flags, env, stdout } = invocation;
    const { serve: startServer } = await import('../serve.ts');
    try {
      return await startServer({
        configFiles: filesOf(invocation),
        autoMigrate: flags.isOn('auto-migrate'),
        env,
        stdout,
      });
    } catch (error) {
      throw configFailure(error);
    }
  },
};

/** Who starts the server as an old release was started may do without a configuration file. */
function filesOf({ flags, env }: Invocation): readonly string[] {
  const files = configFiles(flags, env);
  const isLegacy = flags.isOn(LEGACY_SWITCH) || Boolean(env[LEGACY_DSN]);
  return isLegacy && !flags.isGiven(configFlag.name) ? files.filter((file) => existsSync(file)) : files;
}
