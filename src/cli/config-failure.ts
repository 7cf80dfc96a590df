import { ConfigError, ConfigProviderError } from '../config/config-error.ts';
import { CommandFailure } from './command-failure.ts';
import { UsageError } from './usage-error.ts';

/**
 * What a command throws for a configuration that cannot be used: sources that cannot be read are a usage error, an
 * invalid content is told by its report alone. Other errors are handed back as they are.
 *
 * Source: contract, configuration §1.
 */
export function configFailure(error: unknown): unknown {
  if (error instanceof ConfigError) return new CommandFailure(error.report);
  if (error instanceof ConfigProviderError) return new UsageError(error.message);
  return error;
}
