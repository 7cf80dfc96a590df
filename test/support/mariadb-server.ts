import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A program: runs a MariaDB server in a folder of its own until its standard input ends,
 * which it does however the process that started it comes to its end. Its one line of
 * output is the server's URL. Its argument is the server's program.
 */
const [program = 'mariadbd'] = process.argv.slice(2);
const START_LIMIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'stheno-mariadb-'));
const isRoot = process.getuid?.() === 0;
// As root it runs as the user that its package made.
if (isRoot) execFileSync('chown', ['mysql', folder]);
let server: ChildProcess | undefined;
process.stdin.resume().once('close', stop);
process.stdout.write(`${await start()}\n`);

/** Between finding a free port and using it another process may take it: then with another one. */
async function start(triesLeft = 3): Promise<string> {
  const port = await freePort();
  const child = spawn(program, optionsFor(port), { stdio: 'ignore' });
  server = child;
  const ended = once(child, 'exit').then(() => false);
  for (let waitedMs = 0; waitedMs < START_LIMIT_MS; waitedMs += 20) {
    if (await answers(port)) return `mysql://root@127.0.0.1:${port}/`;
    if (!(await Promise.race([ended, sleep(20, true)]))) break;
  }
  if (triesLeft === 1) throw new Error(`${program} did not start`);
  return start(triesLeft - 1);
}

/** Without tables of its own for users it starts in half a second; whoever can reach the port may do everything. */
function optionsFor(port: number): string[] {
  return [
    '--no-defaults',
    `--datadir=${folder}`,
    `--socket=${join(folder, 'socket')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    ...(isRoot ? ['--user=mysql'] : []),
    '--skip-grant-tables',
    '--skip-name-resolve',
    '--skip-log-bin',
    // Nothing has to survive a loss of power here.
    '--debug-no-sync',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-flush-method=nosync',
    '--innodb-doublewrite=0',
    '--innodb-file-per-table=0',
    '--innodb-log-file-size=16M',
    '--innodb-buffer-pool-size=64M',
    '--performance-schema=0',
  ];
}

function stop(): void {
  server?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('BUG: a TCP socket has a port');
  return address.port;
}
