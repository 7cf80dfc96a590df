import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/** An empty database of its own. Dispose it when nobody uses it any more. */
export interface TestDatabase extends AsyncDisposable {
  readonly dsn: string;
}

/** A kind of database that tests run on. */
export interface TestDatabaseKind {
  readonly name: 'SQLite memory' | 'SQLite file' | 'PostgreSQL';
  create(): Promise<TestDatabase>;
}

/**
 * The kinds of databases that a persister must work on:
 * `for (const kind of testDatabases()) describe(kind.name, …)`. PostgreSQL is the server
 * of STHENO_TEST_POSTGRES_URL, or one that starts with the first database of a process
 * and ends with the process.
 */
export function testDatabases(): readonly TestDatabaseKind[] {
  return [
    { name: 'SQLite memory', create: createSqliteMemory },
    { name: 'SQLite file', create: createSqliteFile },
    { name: 'PostgreSQL', create: createPostgres },
  ];
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

let startedUrl: Promise<string> | undefined;

function postgresUrl(): Promise<string> {
  startedUrl ??= Promise.resolve(process.env.STHENO_TEST_POSTGRES_URL ?? startPostgres());
  return startedUrl;
}

/** PostgreSQL refuses to run as root, and is then started as another user. */
const HINT =
  process.getuid?.() === 0
    ? ': as root, the checkout must be in a folder that other users can enter, or STHENO_TEST_POSTGRES_URL name a server'
    : '';

/** Starts a server that does not keep this process alive, and ends after it. */
async function startPostgres(): Promise<string> {
  const program = new URL('./postgres-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(child, 'exit').then(() =>
    Promise.reject(new Error(`the PostgreSQL test server did not start${HINT}`)),
  );
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
