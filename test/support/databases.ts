import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import mysql from 'mysql2/promise';
import pg from 'pg';

/** An empty database of its own. Dispose it when nobody uses it any more. */
export interface TestDatabase extends AsyncDisposable {
  readonly dsn: string;
}

/** A kind of database that tests run on. */
export interface TestDatabaseKind {
  readonly name: 'SQLite memory' | 'SQLite file' | 'PostgreSQL' | 'MariaDB';
  create(): Promise<TestDatabase>;
}

/**
 * The kinds of databases that a persister must work on:
 * `for (const kind of testDatabases()) describe(kind.name, …)`. PostgreSQL is the server
 * of STHENO_TEST_POSTGRES_URL, or one that starts with the first database of a process
 * and ends with the process; MariaDB, or MySQL, likewise that of STHENO_TEST_MYSQL_URL
 * (mysql://USER:PASSWORD@HOST:PORT/), or one that starts where its program is installed.
 */
export function testDatabases(): readonly TestDatabaseKind[] {
  return [
    { name: 'SQLite memory', create: createSqliteMemory },
    { name: 'SQLite file', create: createSqliteFile },
    { name: 'PostgreSQL', create: createPostgres },
    ...(missesMariaDb() === undefined ? [{ name: 'MariaDB', create: createMariaDb } as const] : []),
  ];
}

/** Why nothing is tested on MariaDB; undefined when it is. */
export function missesMariaDb(): string | undefined {
  if (process.env.STHENO_TEST_MYSQL_URL !== undefined || mariaDbProgram() !== undefined) return undefined;
  return 'no MariaDB: install mariadb-server, or set STHENO_TEST_MYSQL_URL';
}

export async function createSqliteMemory(): Promise<TestDatabase> {
  return { dsn: 'memory', [Symbol.asyncDispose]: async () => {} };
}

export async function createSqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'stheno-sqlite-'));
  return {
    // Nothing has to survive a loss of power here.
    dsn: `sqlite://${folder}/stheno.sqlite?_synchronous=off`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function createPostgres(): Promise<TestDatabase> {
  const serverUrl = await postgresUrl();
  const name = `stheno_${randomUUID().replaceAll('-', '')}`;
  await runOnServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    dsn: url.href,
    [Symbol.asyncDispose]: () => runOnServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

export async function createMariaDb(): Promise<TestDatabase> {
  const serverUrl = await mariaDbUrl();
  const name = `stheno_${randomUUID().replaceAll('-', '')}`;
  // The collation of a database must not matter.
  await runOnMariaDb(serverUrl, `CREATE DATABASE ${name} CHARACTER SET latin1 COLLATE latin1_swedish_ci`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    // So that there is a question mark already.
    dsn: `${url.href}?tls=false`,
    [Symbol.asyncDispose]: () => runOnMariaDb(serverUrl, `DROP DATABASE IF EXISTS ${name}`),
  };
}

let startedPostgres: Promise<string> | undefined;
let startedMariaDb: Promise<string> | undefined;

function postgresUrl(): Promise<string> {
  startedPostgres ??= Promise.resolve(process.env.STHENO_TEST_POSTGRES_URL ?? startServer('postgres-server.ts'));
  return startedPostgres;
}

function mariaDbUrl(): Promise<string> {
  startedMariaDb ??= Promise.resolve(
    process.env.STHENO_TEST_MYSQL_URL ?? startServer('mariadb-server.ts', mariaDbProgram() ?? ''),
  );
  return startedMariaDb;
}

/** Where the server's program is, if anywhere. Packages put it into a folder that few users have in their path. */
function mariaDbProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  return folders.map((folder) => join(folder, 'mariadbd')).find((file) => existsSync(file));
}

/** PostgreSQL refuses to run as root, and is then started as another user. */
const HINT =
  process.getuid?.() === 0
    ? ': as root, the checkout must be in a folder that other users can enter, or STHENO_TEST_POSTGRES_URL name a server'
    : '';

/** Starts a server that does not keep this process alive, and ends after it. */
async function startServer(program: string, ...args: string[]): Promise<string> {
  const path = new URL(program, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(`${program} did not start a server${HINT}`)));
  const lines = createInterface(child.stdout);
  const [url] = await Promise.race([once(lines, 'line'), failed]);
  failed.catch(() => {}); // It ends after this process, or with it.
  lines.close();
  for (const handle of [child, child.stdin, child.stdout]) (handle as unknown as { unref(): void }).unref(); // pipes are sockets
  return String(url);
}

async function runOnServer(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function runOnMariaDb(url: string, text: string): Promise<void> {
  const connection = await mysql.createConnection(url);
  try {
    await connection.query(text);
  } finally {
    await connection.end();
  }
}
