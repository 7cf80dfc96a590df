import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, it } from 'node:test';
import { parseDsn } from '../../src/persistence/sql/dsn.ts';
import { DsnError } from '../../src/persistence/sql/dsn-error.ts';
import type { MysqlDsn } from '../../src/persistence/sql/mysql/mysql-dsn.ts';
import type { PostgresDsn } from '../../src/persistence/sql/postgres/postgres-dsn.ts';
import type { SqliteDsn } from '../../src/persistence/sql/sqlite/sqlite-dsn.ts';

const SQLITE: readonly { dsn: string; expected: Partial<SqliteDsn> }[] = [
  { dsn: 'memory', expected: { isInMemory: true, path: ':memory:' } },
  { dsn: 'sqlite://:memory:?_fk=true', expected: { isInMemory: true, path: ':memory:' } },
  { dsn: 'sqlite://file::memory:?cache=shared', expected: { isInMemory: true, path: ':memory:' } },
  { dsn: 'sqlite3://file:name?mode=memory&cache=shared', expected: { isInMemory: true, path: ':memory:' } },
  { dsn: 'sqlite:///var/lib/db.sqlite?_fk=true', expected: { isInMemory: false, path: '/var/lib/db.sqlite' } },
  {
    dsn: 'sqlite3://db.sqlite',
    expected: { isInMemory: false, path: 'db.sqlite', isReadOnly: false, mustExist: false },
  },
  { dsn: 'sqlite://a%20b.sqlite', expected: { path: 'a%20b.sqlite' } },
  { dsn: 'sqlite://file:a%20b.sqlite', expected: { path: 'a b.sqlite' } },
  {
    dsn: 'sqlite://file:///tmp/a.sqlite?mode=ro',
    expected: { path: '/tmp/a.sqlite', isReadOnly: true, mustExist: true },
  },
  { dsn: 'sqlite://a?mode=rw', expected: { isReadOnly: false, mustExist: true } },
  {
    dsn: 'sqlite://a',
    expected: {
      busyTimeoutMs: 5000,
      pragmas: [
        ['journal_mode', 'wal'],
        ['synchronous', 'full'],
        ['foreign_keys', 'on'],
      ],
      ignored: [],
    },
  },
  { dsn: 'sqlite://a?_busy_timeout=100', expected: { busyTimeoutMs: 100 } },
  { dsn: 'sqlite://a?_timeout=7&unknown=1', expected: { busyTimeoutMs: 7, ignored: [] } },
  { dsn: 'sqlite://a?_pragma=busy_timeout(8)', expected: { busyTimeoutMs: 8 } },
  {
    dsn: 'sqlite://a?_fk=off&_journal=DELETE&_sync=NORMAL&_pragma=cache_size(-2000)',
    expected: {
      pragmas: [
        ['journal_mode', 'DELETE'],
        ['synchronous', 'NORMAL'],
        ['foreign_keys', 'off'],
        ['cache_size', '-2000'],
      ],
    },
  },
  {
    dsn: 'sqlite://a?_busy_timeout=soon&_sync=x;DROP&_pragma=no',
    expected: { busyTimeoutMs: 5000, ignored: ['_busy_timeout', '_sync', '_pragma'] },
  },
];

const POSTGRES: readonly { dsn: string; expected: Partial<PostgresDsn> }[] = [
  {
    dsn: 'postgres://keto:s%40cret@db:5433/name?sslmode=disable',
    expected: {
      host: 'db',
      port: 5433,
      user: 'keto',
      password: 's@cret',
      database: 'name',
      sslMode: 'disable',
      isInMemory: false,
    },
  },
  ...['postgresql', 'pg', 'pgx', 'POSTGRES'].map((scheme) => ({
    dsn: `${scheme}://h/d`,
    expected: { host: 'h', database: 'd' },
  })),
  { dsn: 'postgres://h/d', expected: { port: undefined, user: undefined, password: undefined, sslMode: 'prefer' } },
  { dsn: 'postgres:///d', expected: { host: undefined, database: 'd' } },
  {
    dsn: 'postgres://u:p@/d?host=/run/postgresql&port=6000',
    expected: { host: '/run/postgresql', port: 6000, user: 'u' },
  },
  { dsn: 'postgres://%2Frun%2Fpostgresql/d', expected: { host: '/run/postgresql' } },
  { dsn: 'postgres://[::1]:5432/d', expected: { host: '::1', port: 5432 } },
  { dsn: 'postgres://h/d?sslmode=allow', expected: { sslMode: 'prefer' } },
  {
    dsn: 'postgres://h/d?sslmode=verify-full&sslrootcert=/ca.pem',
    expected: { sslMode: 'verify-full', sslFiles: { ca: '/ca.pem', cert: undefined, key: undefined } },
  },
  {
    dsn: 'postgres://h/d?statement_timeout=5000&search_path=a,b&application_name=x&target_session_attrs=any&connect_timeout=3',
    expected: {
      settings: new Map([
        ['statement_timeout', '5000'],
        ['search_path', 'a,b'],
        ['application_name', 'x'],
      ]),
      connectTimeoutMs: 3000,
    },
  },
  { dsn: 'postgres://h/d?options=-c%20geqo%3Doff', expected: { options: '-c geqo=off', settings: new Map() } },
  {
    dsn: 'postgres://h/d?max_conns=20&max_idle_conns=4&max_conn_lifetime=1h30m&max_conn_idle_time=1.5s',
    expected: {
      pool: { maxConnections: 20, maxIdleConnections: 4, maxLifetimeMs: 5_400_000, maxIdleTimeMs: 1500 },
      settings: new Map(),
      ignored: [],
    },
  },
  {
    dsn: 'postgres://h/d?max_conns=many&max_idle_conns=-1&max_conn_lifetime=5&max_conn_idle_time=0',
    expected: {
      pool: {
        maxConnections: 2 * availableParallelism(),
        maxIdleConnections: availableParallelism(),
        maxLifetimeMs: 0,
        maxIdleTimeMs: 0,
      },
      ignored: ['max_conns', 'max_idle_conns', 'max_conn_lifetime'],
    },
  },
];

const MYSQL: readonly { dsn: string; expected: Partial<MysqlDsn> }[] = [
  {
    dsn: 'mysql://keto:se%40cr:et@tcp(db:3307)/name?parseTime=true&multiStatements=true&clientFoundRows=true',
    expected: {
      address: { host: 'db', port: 3307 },
      user: 'keto',
      password: 'se%40cr:et',
      database: 'name',
      tlsMode: 'false',
      variables: new Map(),
      isInMemory: false,
    },
  },
  {
    dsn: 'mysql://u:p@ss/w?rd@tcp(h)/d',
    expected: { address: { host: 'h', port: 3306 }, user: 'u', password: 'p@ss/w?rd', database: 'd' },
  },
  { dsn: 'mysql://tcp()/d', expected: { address: { host: '127.0.0.1', port: 3306 }, user: undefined } },
  { dsn: 'mysql://u@tcp([::1]:33)/d', expected: { address: { host: '::1', port: 33 }, password: undefined } },
  {
    dsn: 'mysql://u:p@unix(/run/mysqld/mysqld.sock)/d',
    expected: { address: { socketPath: '/run/mysqld/mysqld.sock' }, user: 'u', database: 'd' },
  },
  {
    dsn: 'mysql://keto:se%40cret@db:3307/my%2Dname',
    expected: { address: { host: 'db', port: 3307 }, user: 'keto', password: 'se@cret', database: 'my-name' },
  },
  { dsn: 'MariaDB://[::1]/d', expected: { address: { host: '::1', port: 3306 } } },
  {
    dsn: 'mysql://tcp(h)/d?tls=skip-verify&ssl-ca=/ca.pem&ssl-cert=/c.pem&ssl-key=/k.pem',
    expected: { tlsMode: 'skip-verify', tlsFiles: { ca: '/ca.pem', cert: '/c.pem', key: '/k.pem' } },
  },
  ...(
    [
      ['true', 'true'],
      ['1', 'true'],
      ['preferred', 'preferred'],
      ['false', 'false'],
    ] as const
  ).map(([tls, tlsMode]) => ({ dsn: `mysql://tcp(h)/d?tls=${tls}`, expected: { tlsMode } })),
  {
    dsn: "mysql://tcp(h)/d?innodb_lock_wait_timeout=9&wsrep_sync_wait=1&sql_mode='ANSI'&a-b=1&timeout=1m30s",
    expected: {
      variables: new Map<string, string | number>([
        ['innodb_lock_wait_timeout', 9],
        ['wsrep_sync_wait', 1],
        ['sql_mode', 'ANSI'],
      ]),
      connectTimeoutMs: 90_000,
      ignored: ['a-b'],
    },
  },
  {
    dsn: 'mysql://tcp(h)/d?max_conns=7&timeout=soon',
    expected: {
      pool: {
        maxConnections: 7,
        maxIdleConnections: availableParallelism(),
        maxLifetimeMs: 0,
        maxIdleTimeMs: 0,
      },
      connectTimeoutMs: 10_000,
      ignored: ['timeout'],
    },
  },
];

const REFUSED: readonly { dsn: string; message: RegExp }[] = [
  { dsn: '', message: /^the dsn has no scheme/ },
  { dsn: 'db.sqlite', message: /^the dsn has no scheme/ },
  { dsn: 'cockroach://u:secret@h/d', message: /^dsn scheme "cockroach" is not supported/ },
  { dsn: 'sqlite://?_fk=true', message: /names no file/ },
  { dsn: 'postgres://u:secret@h:port/d', message: /is not of the form/ },
  { dsn: 'postgres://u:secret%zz@h/d', message: /broken percent-encoding/ },
  { dsn: 'postgres://u:secret@h/d?sslmode=maybe', message: /^sslmode "maybe" of the postgres dsn is unknown$/ },
  { dsn: 'mysql://u:secret@tcp(h:3306)/', message: /^the mysql dsn names no database$/ },
  { dsn: 'mysql://u:secret@tcp(h:port)/d', message: /is not of the form tcp\(HOST:PORT\)$/ },
  { dsn: 'mysql://u:secret@udp(h:1)/d', message: /is not of the form mysql:/ },
  { dsn: 'mysql://u:secret%zz@h/d', message: /broken percent-encoding/ },
  { dsn: 'mysql://u:secret@tcp(10.0.0.1:3306)/d?tls=true', message: /needs the name of the server/ },
  { dsn: 'mysql://u:secret@[::1]/d?tls=true', message: /needs the name of the server/ },
  { dsn: 'mysql://u:secret@tcp(h)/d?tls=custom', message: /^tls "custom" of the mysql dsn is unknown/ },
];

describe('parseDsn', () => {
  for (const { dsn, expected } of SQLITE)
    it(`reads ${dsn}`, () => assertHas(parseDsn(dsn), { kind: 'sqlite', ...expected }));

  for (const { dsn, expected } of POSTGRES)
    it(`reads ${dsn}`, () => assertHas(parseDsn(dsn), { kind: 'postgres', ...expected }));

  for (const { dsn, expected } of MYSQL)
    it(`reads ${dsn}`, () => assertHas(parseDsn(dsn), { kind: 'mysql', ...expected }));

  for (const { dsn, message } of REFUSED) {
    it(`refuses "${dsn}" without showing a password`, () => {
      assert.throws(
        () => parseDsn(dsn),
        (error) => error instanceof DsnError && message.test(error.message) && !error.message.includes('secret'),
      );
    });
  }
});

/** Compares the properties that are expected, and only those. */
function assertHas(actual: object, expected: object): void {
  const properties = new Map(Object.entries(actual));
  const compared = Object.keys(expected).map((key) => [key, properties.get(key)]);
  assert.deepEqual(Object.fromEntries(compared), expected);
}
