import { DsnError } from '../dsn-error.ts';
import { type PoolLimits, takePoolLimits } from '../pool-limits.ts';

/** A SQLite database. */
export interface SqliteDsn {
  readonly kind: 'sqlite';
  readonly isInMemory: boolean;
  /** A file path, or `:memory:`. */
  readonly path: string;
  readonly isReadOnly: boolean;
  /** Whether a missing file is an error instead of a new database. */
  readonly mustExist: boolean;
  /** How long a write waits for another process's. */
  readonly busyTimeoutMs: number;
  /** Pragmas of every connection, in order. */
  readonly pragmas: readonly (readonly [name: string, value: string])[];
  readonly pool: PoolLimits;
  /** Parameters whose values could not be read; the defaults hold. */
  readonly ignored: readonly string[];
}

/**
 * Reads `sqlite://PATH?…`, where PATH may also be `:memory:` or a `file:` URI. The path is
 * taken as it stands, only `file:` URIs have percent-encoding (sqlite.org/uri.html).
 * A named memory database (`file:NAME?mode=memory`) belongs to one persister like any other.
 */
export function parseSqliteDsn(dsn: string): SqliteDsn {
  const [location, query] = splitOnce(dsn.slice(dsn.indexOf('://') + 3), '?');
  const parameters = new URLSearchParams(query);
  const ignored: string[] = [];
  const pool = takePoolLimits(parameters, (name) => ignored.push(name));
  const path = location.startsWith('file:') ? pathOfUri(location) : location;
  const mode = parameters.get('mode');
  const isInMemory = path === ':memory:' || mode === 'memory';
  if (path === '' && !isInMemory) throw new DsnError('the sqlite dsn names no file: use sqlite://PATH or memory');
  const pragmas = pragmasOf(parameters, (name) => ignored.push(name));
  const busyTimeout = pragmas.get('busy_timeout');
  pragmas.delete('busy_timeout');
  return {
    kind: 'sqlite',
    isInMemory,
    path: isInMemory ? ':memory:' : path,
    isReadOnly: mode === 'ro',
    mustExist: mode === 'ro' || mode === 'rw',
    busyTimeoutMs: Number(busyTimeout),
    pragmas: [...pragmas],
    pool,
    ignored,
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `file:NAME`, `file:/abs`, `file:///abs`, `file://localhost/abs`. */
function pathOfUri(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/, ''));
  } catch {
    throw new DsnError('the sqlite dsn has a file URI with broken percent-encoding');
  }
}

/** Parameters that stand for a pragma, under their names and short names. */
const PRAGMA_OF: ReadonlyMap<string, string> = new Map([
  ['_auto_vacuum', 'auto_vacuum'],
  ['_vacuum', 'auto_vacuum'],
  ['_busy_timeout', 'busy_timeout'],
  ['_timeout', 'busy_timeout'],
  ['_cache_size', 'cache_size'],
  ['_foreign_keys', 'foreign_keys'],
  ['_fk', 'foreign_keys'],
  ['_journal_mode', 'journal_mode'],
  ['_journal', 'journal_mode'],
  ['_locking_mode', 'locking_mode'],
  ['_locking', 'locking_mode'],
  ['_secure_delete', 'secure_delete'],
  ['_synchronous', 'synchronous'],
  ['_sync', 'synchronous'],
]);

/**
 * WAL: readers and the writer do not wait for each other. Full: an acknowledged write
 * survives a loss of power, so a permission that was taken away does not come back.
 */
const DEFAULT_PRAGMAS: ReadonlyMap<string, string> = new Map([
  ['journal_mode', 'wal'],
  ['synchronous', 'full'],
  ['foreign_keys', 'on'],
  ['busy_timeout', '5000'],
]);

/** The pragmas of the parameters, the last value of each; also of `_pragma=name(value)` and `_pragma=name=value`. */
function pragmasOf(parameters: URLSearchParams, onIgnored: (parameter: string) => void): Map<string, string> {
  const pragmas = new Map(DEFAULT_PRAGMAS);
  for (const [key, text] of parameters) {
    const [, name, value] =
      key === '_pragma' ? (/^(\w+)(?:\(|=)([^)]*)\)?$/.exec(text) ?? []) : [undefined, PRAGMA_OF.get(key), text];
    if (name === undefined || value === undefined) {
      if (key === '_pragma') onIgnored(key);
      continue;
    }
    // Pragmas take no bound values: only words and numbers are let through.
    const isValid = name === 'busy_timeout' ? /^\d{1,9}$/.test(value) : /^-?\w+$/.test(value);
    if (isValid) pragmas.set(name, value);
    else onIgnored(key);
  }
  return pragmas;
}
