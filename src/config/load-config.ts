import type { Config } from './config.ts';
import { type ConfigDocument, mergeDocuments } from './config-document.ts';
import { readConfigFile } from './config-file.ts';
import { applyEnvironment, type Environment } from './environment.ts';
import { applyLegacyDsn } from './legacy-dsn.ts';
import { invalidConfig, reasonOf } from './report.ts';
import { configSchema } from './schema.ts';

export interface ConfigSources {
  /** Paths of configuration files; later ones override earlier ones, empty names are skipped. */
  readonly files: readonly string[];
  /** The environment, which overrides the files. */
  readonly env: Environment;
}

/**
 * Reads and validates the configuration: defaults < files < environment (contract: configuration §1).
 * @throws {ConfigProviderError} when a source cannot be read
 * @throws {ConfigError} when the merged document is not valid
 */
export function loadConfig({ files, env }: ConfigSources): Config {
  const documents = files.filter((file) => file !== '').map(readConfigFile);
  return validateConfig(applyLegacyDsn(applyEnvironment(documents.reduce(mergeDocuments, {}), env), env));
}

/** @throws {ConfigError} when the document is not valid */
export function validateConfig(document: ConfigDocument): Config {
  const result = configSchema.safeParse(document, { error: reasonOf });
  if (!result.success) throw invalidConfig(document, result.error.issues);
  return result.data;
}
