import { CommandFailure } from './command-failure.ts';
import { UsageError } from './usage-error.ts';

/**
 * What a command throws for a configuration that cannot be used: sources that cannot be read are a usage error, an invalid content
 * is told by its report alone. Other errors are handed back as they are.
 *
 * Source: contract, configuration §1.
 */
export function configFailure(error: unknown): unknown {
  if (isNamed(error, 'ConfigProviderError')) return providerError(error.message);
  const report = configReport(error);
  return report === undefined ? error : new CommandFailure(report);
}

/** The report of an invalid configuration, or undefined for any other error. */
export function configReport(error: unknown): string | undefined {
  return isNamed(error, 'ConfigError') && 'report' in error ? String(error.report) : undefined;
}

/** The usage error for a configuration that cannot be read. */
export function providerError(reason: string): UsageError {
  const prefix = 'unable to initialize config provider: ';
  return new UsageError(reason.startsWith(prefix) ? reason : `${prefix}${reason}`);
}

// By name, so that a command line that reads no configuration does not load its schema.
function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
