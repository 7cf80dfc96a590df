import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ListenerConfig, PemSource } from './config.ts';
import { fileErrorReason } from './file-error.ts';
import { invalidValue } from './report.ts';

/**
 * Certificate and key of a listener, in PEM; undefined when it has neither.
 * @throws {ConfigError} when one of the two is missing or cannot be read, or when they do not fit each other
 */
export function readTlsFiles(
  name: string,
  { cert, key }: ListenerConfig['tls'],
): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  const path = ['serve', name, 'tls'];
  const pair = { cert: readPem([...path, 'cert'], cert), key: readPem([...path, 'key'], key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    const { reason } = cause as { reason?: string }; // OpenSSL's short text, without anything of the files
    const text = `certificate and key cannot be used: ${reason ?? 'they do not fit each other'}`;
    throw invalidValue(path, `${cert?.path ?? 'base64'}, ${key?.path ?? 'base64'}`, text, cause);
  }
  return pair;
}

function readPem(at: readonly string[], source: PemSource | undefined): string {
  if (source?.base64 !== undefined) {
    return requirePem(Buffer.from(source.base64, 'base64').toString(), [...at, 'base64'], '[redacted]');
  }
  if (source?.path === undefined) {
    throw invalidValue(at, '<nil>', 'has neither path nor base64: TLS takes both a certificate and a key');
  }
  return requirePem(readText([...at, 'path'], source.path), [...at, 'path'], source.path);
}

function readText(at: readonly string[], path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalidValue(at, path, fileErrorReason(error), error);
  }
}

/** OpenSSL's word for a text of another form is "unsupported", which helps nobody. */
function requirePem(text: string, at: readonly string[], shown: string): string {
  if (!text.includes('-----BEGIN ')) throw invalidValue(at, shown, 'is not in PEM form');
  return text;
}
