import { readFileSync } from 'node:fs';
import pg from 'pg';
import { parentOf } from '../cpu-time.ts';
import { startPostgres } from '../postgres.ts';

/** A PostgreSQL that databases can be created in. */
export interface PostgresServer extends AsyncDisposable {
  readonly version: string;
  /** Its first process, when it runs on this machine. */
  readonly pid: number | undefined;
  /** Creates an empty database and returns its DSN; one of that name goes. */
  createDatabase(name: string): Promise<string>;
}

/** Enough that a million tuples stay in memory; everything else, durability included, as it is by default. */
const FLAGS = ['-c', 'shared_buffers=1GB', '-c', 'max_connections=200'];

/** The server at a DSN, whose user may create databases, or one of its own that goes when it is disposed. */
export async function openPostgres(dsn: string | undefined): Promise<PostgresServer> {
  const own = dsn === undefined ? await startPostgres(FLAGS) : undefined;
  const admin = dsn ?? own?.dsn ?? '';
  const { version, pid } = await withClient(admin, async (client) => {
    const answer = await client.query<{ version: string; pid: number }>(
      `SELECT current_setting('server_version') AS version, pg_backend_pid() AS pid`,
    );
    const row = answer.rows[0] ?? { version: 'unknown', pid: 0 };
    return { version: row.version, pid: firstProcess(row.pid) };
  });
  return {
    version,
    pid,
    async createDatabase(name) {
      await withClient(admin, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      });
      const url = new URL(admin);
      url.pathname = `/${name}`;
      return url.href;
    },
    async [Symbol.asyncDispose]() {
      await own?.[Symbol.asyncDispose]();
    },
  };
}

/** What its own background work would do sooner or later, so that it is not done while something is measured. */
export async function settle(dsn: string): Promise<void> {
  await withClient(dsn, async (client) => {
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT').catch(() => {}); // only some users may
  });
}

async function withClient<T>(dsn: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The parent of a connection's process, if that number is a PostgreSQL of this machine. */
function firstProcess(backend: number): number | undefined {
  try {
    const first = parentOf(backend);
    return readFileSync(`/proc/${first}/comm`, 'utf8').startsWith('postgres') ? first : undefined;
  } catch {
    return undefined;
  }
}
