import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ListenerConfig, PemSource } from './config.ts';
import { ConfigProviderError } from './config-error.ts';

/**
 * Certificate and key of a listener, in PEM; undefined when it has neither.
 * @throws {ConfigProviderError} when one of the two is missing or cannot be read, or when they do not fit each other
 */
export function readTlsFiles(
  name: string,
  { cert, key }: ListenerConfig['tls'],
): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  const pair = { cert: readPem(`serve.${name}.tls.cert`, cert), key: readPem(`serve.${name}.tls.key`, key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    const { reason } = cause as { reason?: string }; // OpenSSL's short text, without anything of the files
    const text = `serve.${name}.tls: certificate and key cannot be used: ${reason ?? 'they are not in PEM form'}`;
    throw new ConfigProviderError(text, { cause });
  }
  return pair;
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
