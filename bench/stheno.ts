import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NAMESPACES, storedTuples } from './questions.ts';
import { type ServerProcess, serverProcess } from './server-process.ts';

/** The built server, as it is shipped, on free ports. */
export interface SthenoProcess extends ServerProcess {
  readonly writePort: number;
  readonly metricsPort: number;
}

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const START_LIMIT_MS = 20_000;
const TUPLES_PER_REQUEST = 1000;

/** A folder for configuration and SQLite files; removed when it is disposed. */
export function scratchFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'stheno-bench-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Starts `stheno serve` and resolves as soon as it is ready. @throws when it ends or takes too long */
export async function startStheno(options: {
  dsn: string;
  folder: string;
  /** An OPL file; without it the model is that of the questions. */
  modelFile?: string;
  /** `info` is the server's own default: it writes two lines for each request, here into a file. */
  logLevel?: 'info' | 'error';
  /** More lines of the configuration file. */
  settings?: readonly string[];
  /** Options of `node`. */
  nodeOptions?: readonly string[];
}): Promise<SthenoProcess> {
  const listenFile = (port: string) => path.join(options.folder, `${port}-port`);
  const listener = (port: string) =>
    `  ${port}: { host: 127.0.0.1, port: 0, write_listen_file: "file://${listenFile(port)}" }`;
  const config = [
    `dsn: ${JSON.stringify(options.dsn)}`,
    options.modelFile === undefined ? NAMESPACES : `namespaces: { location: "file://${options.modelFile}" }`,
    `log: { level: ${options.logLevel ?? 'error'} }`,
    'serve:',
    ...['read', 'write', 'metrics', 'opl'].map(listener),
    ...(options.settings ?? []),
  ];
  const logFile = path.join(options.folder, 'log');
  const configFile = path.join(options.folder, 'stheno.yml');
  for (const port of ['read', 'write', 'metrics']) rmSync(listenFile(port), { force: true });
  writeFileSync(configFile, config.join('\n'));
  // Only a SQLite file is migrated as part of the start.
  const migrates = options.dsn.startsWith('sqlite:');
  if (!migrates) await run('migrate', 'up', '--yes', '--config', configFile);
  const child = spawn(
    process.execPath,
    [...(options.nodeOptions ?? []), MAIN, 'serve', ...(migrates ? ['--auto-migrate'] : []), '--config', configFile],
    {
      stdio: ['ignore', 'ignore', openSync(logFile, 'w')],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  try {
    const read = await portOf(listenFile('read'), child);
    const writePort = await portOf(listenFile('write'), child);
    const metricsPort = await portOf(listenFile('metrics'), child);
    await untilReady(read, child);
    return { ...serverProcess(child, read), writePort, metricsPort };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`starting the server failed, it logged: ${readFileSync(logFile, 'utf8')}`, { cause: error });
  }
}

async function run(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [MAIN, ...args]);
}

/** Stores the tuples that the questions are about. */
export function fill(writePort: number): Promise<void> {
  return store(
    writePort,
    storedTuples().map(({ object, user }) => ({ namespace: 'files', object, relation: 'view', subject_id: user })),
  );
}

/** Stores tuples, each in the form of the REST API. */
export async function store(writePort: number, tuples: readonly object[]): Promise<void> {
  for (let from = 0; from < tuples.length; from += TUPLES_PER_REQUEST) {
    const deltas = tuples
      .slice(from, from + TUPLES_PER_REQUEST)
      .map((tuple) => ({ action: 'insert', relation_tuple: tuple }));
    const answer = await fetch(`http://127.0.0.1:${writePort}/admin/relation-tuples`, {
      method: 'PATCH',
      body: JSON.stringify(deltas),
    });
    if (answer.status !== 204) throw new Error(`filling: ${answer.status} ${await answer.text()}`);
  }
}

async function portOf(file: string, child: ChildProcess): Promise<number> {
  await until(child, async () => existsSync(file) && readFileSync(file, 'utf8') !== '');
  return Number(readFileSync(file, 'utf8').split(':').at(-1));
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  await until(child, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.ok === true;
  });
}

async function until(child: ChildProcess, condition: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (!(await condition())) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} before it was ready`);
    if (performance.now() > giveUpAt) throw new Error('the server did not become ready');
    await sleep(5);
  }
}
