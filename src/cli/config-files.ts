import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Flag, FlagValues } from './flags.ts';

/** The flag of every command; only those that work with the configuration read it (contract: command line §1). */
export const configFlag: Flag = {
  kind: 'list',
  name: 'config',
  short: 'c',
  isFile: true,
  about: 'configuration files, later ones override earlier ones (default $HOME/keto.yml)',
};

/** The configuration files to read, in their order; `--config ""` names none. */
export function configFiles(flags: FlagValues, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return flags.isGiven(configFlag.name) ? flags.list(configFlag.name) : [join(env.HOME ?? homedir(), 'keto.yml')];
}
