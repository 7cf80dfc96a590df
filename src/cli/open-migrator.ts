import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { ConfigError, ConfigProviderError } from '../config/config-error.ts';
import type { Migrator } from '../persistence/sql/migrator.ts';
import type { Invocation } from './command.ts';
import { configFiles } from './config-files.ts';
import { UsageError } from './usage-error.ts';

/**
 * The migrator of the database that the configuration names.
 *
 * @throws {UsageError} for a configuration that cannot be used. Source: contract, command line §2 and §11.2.
 */
export async function openMigrator(invocation: Invocation): Promise<Migrator> {
  const { dsn } = await readConfig(invocation);
  // Only the commands that touch a database load the drivers.
  const { Migrator: SqlMigrator } = await import('../persistence/sql/migrator.ts');
  return SqlMigrator.open({ dsn });
}

async function readConfig({ flags, env, stderr }: Invocation): Promise<Config> {
  const { loadConfig } = await import('../config/load-config.ts');
  try {
    const config = loadConfig({ files: configFiles(flags, env), env });
    refuseMissingNamespaces(config);
    return config;
  } catch (error) {
    if (error instanceof ConfigError) stderr.write(error.report);
    throw error instanceof ConfigProviderError ? new UsageError(error.message) : error;
  }
}

function refuseMissingNamespaces({ namespaces }: Config): void {
  if (typeof namespaces !== 'string' || !namespaces.startsWith('file://')) return;
  const path = namespaces.startsWith('file:///') ? fileURLToPath(namespaces) : namespaces.slice('file://'.length);
  if (!existsSync(path)) throw new UsageError(`stat ${path}: no such file or directory`);
}
