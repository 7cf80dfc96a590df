import { DsnError } from '../dsn-error.ts';
import { type PoolLimits, takePoolLimits } from '../pool-limits.ts';
import { takeParameter } from '../take-parameter.ts';

/** How TLS is used, as libpq means it: `prefer` takes what the server offers, `require` checks no certificate. */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** A PostgreSQL database. */
export interface PostgresDsn {
  readonly kind: 'postgres';
  readonly isInMemory: false;
  /** Undefined: the driver's defaults, which are those of libpq (PGHOST, PGUSER, PGPASSWORD, …). */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly sslMode: SslMode;
  /** Files with PEM texts. */
  readonly sslFiles: {
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
  /** Command-line options for the server, such as `-c search_path=stheno`. */
  readonly options: string | undefined;
  readonly connectTimeoutMs: number;
  /** Settings of every session, such as `statement_timeout`. */
  readonly settings: ReadonlyMap<string, string>;
  readonly pool: PoolLimits;
  /** Parameters whose values could not be read; the defaults hold. */
  readonly ignored: readonly string[];
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * Reads a URI as libpq does (PostgreSQL manual, 34.1.1.2); parameters that are not
 * libpq's own are settings of the session, as in pgx.
 */
export function parsePostgresDsn(dsn: string): PostgresDsn {
  const url = toUrl(dsn);
  const parameters = url.searchParams;
  const ignored: string[] = [];
  const pool = takePoolLimits(parameters, (name) => ignored.push(name));
  const take = (name: string): string | undefined => takeParameter(parameters, name);
  const port = take('port') ?? url.port;
  const timeoutS = take('connect_timeout');
  return {
    kind: 'postgres',
    isInMemory: false,
    host: take('host') ?? decode(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: port === '' ? undefined : Number(port),
    user: take('user') ?? decode(url.username),
    password: take('password') ?? decode(url.password),
    database: take('dbname') ?? take('database') ?? decode(url.pathname.slice(1)),
    sslMode: toSslMode(take('sslmode')),
    sslFiles: { ca: take('sslrootcert'), cert: take('sslcert'), key: take('sslkey') },
    options: take('options'),
    connectTimeoutMs: timeoutS === undefined ? DEFAULT_CONNECT_TIMEOUT_MS : toTimeoutMs(timeoutS),
    settings: toSettings(parameters),
    pool,
    ignored,
  };
}

/** Stands where a DSN has no host, which the form of a URL demands beside a user; no host can have this name. */
const NO_HOST = '-';

function toUrl(dsn: string): URL {
  const rest = dsn.slice(dsn.indexOf('://') + 3);
  try {
    return new URL(`postgres://${rest.replace(/^([^@/?#]*@)(?=[/?]|$)/, `$1${NO_HOST}`)}`);
  } catch {
    throw new DsnError('the postgres dsn is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE');
  }
}

/** The text without percent-encoding, or undefined when there is none. */
function decode(text: string): string | undefined {
  if (text === '' || text === NO_HOST) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DsnError('the postgres dsn has broken percent-encoding');
  }
}

/** libpq: whole seconds, 0 waits for ever. */
function toTimeoutMs(seconds: string): number {
  if (!/^\d{1,6}$/.test(seconds))
    throw new DsnError(`connect_timeout "${seconds}" of the postgres dsn is not a number`);
  return Number(seconds) * 1000;
}

function toSslMode(text: string | undefined): SslMode {
  switch (text) {
    case undefined:
    case 'allow': // libpq: TLS only where the server insists; prefer connects to the same servers
    case 'prefer':
      return 'prefer';
    case 'disable':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return text;
    default:
      throw new DsnError(`sslmode "${text}" of the postgres dsn is unknown`);
  }
}

/** Parameters of libpq and pgx that are for the client and that this one has no use for. */
const CLIENT_PARAMETERS = new Set([
  'channel_binding',
  'client_encoding',
  'default_query_exec_mode',
  'description_cache_capacity',
  'fallback_application_name',
  'gssencmode',
  'gsslib',
  'keepalives',
  'krbspn',
  'krbsrvname',
  'load_balance_hosts',
  'min_read_buffer_size',
  'passfile',
  'replication',
  'require_auth',
  'service',
  'servicefile',
  'sslcompression',
  'sslcrl',
  'sslnegotiation',
  'sslpassword',
  'sslsni',
  'statement_cache_capacity',
  'statement_cache_mode',
  'target_session_attrs',
]);

function toSettings(parameters: URLSearchParams): Map<string, string> {
  return new Map([...parameters].filter(([name]) => !CLIENT_PARAMETERS.has(name)));
}
