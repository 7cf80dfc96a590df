import { isIP } from 'node:net';
import { DURATION, parseDuration } from '../../../config/duration.ts';
import { DsnError } from '../dsn-error.ts';
import { type PoolLimits, takePoolLimits } from '../pool-limits.ts';
import { takeParameter } from '../take-parameter.ts';

/** How TLS is used: `preferred` takes what the server offers, `skip-verify` checks no certificate, `true` does. */
export type MysqlTlsMode = 'false' | 'preferred' | 'skip-verify' | 'true';

/** A MySQL or MariaDB database. */
export interface MysqlDsn {
  readonly kind: 'mysql';
  readonly isInMemory: false;
  readonly address: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  readonly tlsMode: MysqlTlsMode;
  /** Files with PEM texts. */
  readonly tlsFiles: {
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
  readonly connectTimeoutMs: number;
  /** System variables of every session, such as `innodb_lock_wait_timeout`. */
  readonly variables: ReadonlyMap<string, string | number>;
  readonly pool: PoolLimits;
  /** Parameters whose values could not be read; the defaults hold. */
  readonly ignored: readonly string[];
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 3306;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * Reads `mysql://USER:PASSWORD@tcp(HOST:PORT)/DATABASE?…` or `…@unix(PATH)/…`, where user and password are taken as they
 * stand (as Go's driver has it), and the plain URL `mysql://USER:PASSWORD@HOST:PORT/DATABASE?…`, which has
 * percent-encoding. Parameters that are nobody's are system variables.
 * @throws {DsnError} when it is malformed
 */
export function parseMysqlDsn(dsn: string): MysqlDsn {
  const rest = dsn.slice(dsn.indexOf('://') + 3);
  const { query, ...location } = splitGoForm(rest) ?? splitUrl(rest);
  const parameters = new URLSearchParams(query);
  const ignored: string[] = [];
  const pool = takePoolLimits(parameters, (name) => ignored.push(name));
  const take = (name: string): string | undefined => takeParameter(parameters, name);
  if (location.database === '') throw new DsnError('the mysql dsn names no database');
  const tlsMode = toTlsMode(take('tls'));
  requireName(location.address, tlsMode);
  return {
    kind: 'mysql',
    isInMemory: false,
    ...location,
    tlsMode,
    tlsFiles: { ca: take('ssl-ca'), cert: take('ssl-cert'), key: take('ssl-key') },
    connectTimeoutMs: toTimeoutMs(take('timeout'), () => ignored.push('timeout')),
    variables: toVariables(parameters, (name) => ignored.push(name)),
    pool,
    ignored,
  };
}

interface Location extends Pick<MysqlDsn, 'address' | 'user' | 'password' | 'database'> {
  readonly query: string;
}

/** The name of a network with an address in parentheses tells this form; the first colon ends the user. */
const GO_FORM = /^(?:(.*)@)?(tcp|unix)\(([^)]*)\)\/([^/?]*)(?:\?(.*))?$/s;

function splitGoForm(rest: string): Location | undefined {
  const [match, login = '', network, address = '', database = '', query = ''] = GO_FORM.exec(rest) ?? [];
  if (match === undefined) return undefined;
  const colon = login.indexOf(':');
  const [user, password] = colon === -1 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  return {
    address: network === 'unix' ? { socketPath: address } : toHostAndPort(address),
    user: user === '' ? undefined : user,
    password: password === '' ? undefined : password,
    database: decode(database),
    query,
  };
}

function toHostAndPort(address: string): MysqlDsn['address'] {
  const [match, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(address) ?? [];
  if (match === undefined) throw new DsnError('the address in the mysql dsn is not of the form tcp(HOST:PORT)');
  return {
    host: bracketed || plain || DEFAULT_HOST,
    port: port === undefined ? DEFAULT_PORT : Number(port),
  };
}

function splitUrl(rest: string): Location {
  const url = toUrl(rest);
  const host = decode(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  return {
    address: {
      host: host === '' ? DEFAULT_HOST : host,
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    },
    user: url.username === '' ? undefined : decode(url.username),
    password: url.password === '' ? undefined : decode(url.password),
    database: decode(url.pathname.slice(1)),
    query: url.search.slice(1),
  };
}

function toUrl(rest: string): URL {
  try {
    return new URL(`mysql://${rest}`);
  } catch {
    throw new DsnError('the mysql dsn is not of the form mysql://USER:PASSWORD@tcp(HOST:PORT)/DATABASE');
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DsnError('the mysql dsn has broken percent-encoding');
  }
}

function toTlsMode(text: string | undefined): MysqlTlsMode {
  switch (text?.toLowerCase()) {
    case undefined:
    case 'false':
    case '0':
      return 'false';
    case 'true':
    case '1':
      return 'true';
    case 'skip-verify':
      return 'skip-verify';
    case 'preferred':
      return 'preferred';
    default:
      throw new DsnError(`tls "${text}" of the mysql dsn is unknown: use true, skip-verify, preferred or false`);
  }
}

/** The driver compares a certificate with names only: with an address it would take that of any "localhost". */
function requireName(address: MysqlDsn['address'], tlsMode: MysqlTlsMode): void {
  if (tlsMode === 'true' && 'host' in address && isIP(address.host) !== 0)
    throw new DsnError('tls=true of the mysql dsn needs the name of the server in its certificate, not an address');
}

function toTimeoutMs(text: string | undefined, onIgnored: () => void): number {
  if (text === undefined) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (DURATION.test(text)) return Math.round(parseDuration(text));
  onIgnored();
  return DEFAULT_CONNECT_TIMEOUT_MS;
}

/** Parameters of Go's driver that are for the client and that this one has no use for. */
const CLIENT_PARAMETERS = new Set([
  'allowAllFiles',
  'allowCleartextPasswords',
  'allowFallbackToPlaintext',
  'allowNativePasswords',
  'allowOldPasswords',
  'charset',
  'checkConnLiveness',
  'clientFoundRows',
  'collation',
  'columnsWithAlias',
  'compress',
  'connectionAttributes',
  'interpolateParams',
  'loc',
  'maxAllowedPacket',
  'multiStatements',
  'parseTime',
  'readTimeout',
  'rejectReadOnly',
  'serverPubKey',
  'timeTruncate',
  'writeTimeout',
]);

/** Values are numbers or texts; a text may be in quotation marks, as Go's driver needs it. */
function toVariables(parameters: URLSearchParams, onIgnored: (name: string) => void): Map<string, string | number> {
  const variables = new Map<string, string | number>();
  for (const [name, value] of parameters) {
    if (CLIENT_PARAMETERS.has(name)) continue;
    // A name cannot be a bound value: only words are let through.
    if (/^[a-z_]\w*$/i.test(name))
      variables.set(name, /^\d{1,15}$/.test(value) ? Number(value) : value.replace(/^'(.*)'$/s, '$1'));
    else onIgnored(name);
  }
  return variables;
}
