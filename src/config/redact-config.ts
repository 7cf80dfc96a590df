import type { Config } from './config.ts';

const REDACTED = '[redacted]';

/** A copy of the configuration that may be logged: the password of the dsn, secrets and credentials are masked. */
export function redactConfig(config: Config): Record<string, unknown> {
  return redactValue([], config) as Record<string, unknown>; // an object stays an object
}

/** The part of a document at `path`, with what must not be shown masked. */
export function redactValue(path: readonly string[], value: unknown): unknown {
  const masked = isSecret(path) ? mask(path, value) : value;
  if (Array.isArray(masked)) return masked.map((item, index) => redactValue([...path, String(index)], item));
  if (typeof masked !== 'object' || masked === null) return masked;
  return Object.fromEntries(Object.entries(masked).map(([key, member]) => [key, redactValue([...path, key], member)]));
}

function isSecret(path: readonly string[]): boolean {
  const last = path.at(-1);
  return (
    (path.length === 1 && path[0] === 'dsn') ||
    path[0] === 'secrets' ||
    last === 'authorization_header' ||
    (last === 'base64' && path.at(-2) === 'key')
  );
}

function mask(path: readonly string[], value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return path[0] === 'dsn' ? maskDsn(value) : REDACTED;
}

/** Masks the user information of a URL-like text and any parameter that sounds like a password. */
function maskDsn(dsn: string): string {
  return dsn
    .replace(/^([a-z0-9+.-]+:\/\/)(.*)@/i, (_, scheme: string, user: string) =>
      user.includes(':') ? `${scheme}${user.slice(0, user.indexOf(':'))}:${REDACTED}@` : `${scheme}${user}@`,
    )
    .replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, `$1${REDACTED}`);
}
