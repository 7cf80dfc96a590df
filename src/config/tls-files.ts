import { readFileSync } from 'node:fs';
import type { ListenerConfig, PemSource } from './config.ts';
import { ConfigProviderError } from './config-error.ts';

/**
 * Certificate and key of a listener, in PEM; undefined when it has neither.
 * @throws {ConfigProviderError} when one of the two is missing or cannot be read
 */
export function readTlsFiles(
  name: string,
  { cert, key }: ListenerConfig['tls'],
): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  return { cert: readPem(`serve.${name}.tls.cert`, cert), key: readPem(`serve.${name}.tls.key`, key) };
}

function readPem(at: string, source: PemSource | undefined): string {
  if (source?.base64 !== undefined) return Buffer.from(source.base64, 'base64').toString();
  if (source?.path === undefined) throw new ConfigProviderError(`${at} has neither path nor base64`);
  try {
    return readFileSync(source.path, 'utf8');
  } catch (error) {
    throw new ConfigProviderError(`${at}.path: cannot read ${source.path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}
