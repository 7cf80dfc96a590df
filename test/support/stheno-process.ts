import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProgramEnd, runProgramFile } from './run-program.ts';

const NAMES = ['read', 'write', 'metrics', 'opl'] as const;
export type PortName = (typeof NAMES)[number];

const START_TIMEOUT_MS = 120_000;
const POLL_MS = 20;

export interface ProcessOptions {
  /** The built program. */
  readonly mainFile: string;
  readonly dsn: string;
  /** Further keys of the configuration; `dsn` and the ports are set already. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Further settings of single listeners. */
  readonly serve?: Readonly<Partial<Record<PortName, object>>>;
  /** One port for all listeners; without it each has one of its own. */
  readonly sharedPort?: number;
  /** Flags of `serve` besides the configuration. */
  readonly flags?: readonly string[];
}

/** A server in a process of its own, on free ports of this machine. */
export class SthenoProcess implements AsyncDisposable {
  readonly #mainFile: string;
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #addresses: ReadonlyMap<PortName, string>;
  readonly #output: () => string;

  /** Resolves when the server is ready. @throws with what it printed when it ends instead */
  static async start(options: ProcessOptions): Promise<SthenoProcess> {
    const dir = mkdtempSync(join(tmpdir(), 'stheno-process-'));
    const configFile = join(dir, 'stheno.json');
    writeFileSync(configFile, JSON.stringify(documentOf(dir, options)));
    const args = [options.mainFile, 'serve', '-c', configFile, ...(options.flags ?? [])];
    const child = spawn(process.execPath, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const addresses = await readAddresses(dir, child, () => output);
    return new SthenoProcess({ mainFile: options.mainFile, dir, child, addresses, output: () => output });
  }

  private constructor(parts: {
    mainFile: string;
    dir: string;
    child: ChildProcess;
    addresses: ReadonlyMap<PortName, string>;
    output: () => string;
  }) {
    this.#mainFile = parts.mainFile;
    this.#dir = parts.dir;
    this.#child = parts.child;
    this.#addresses = parts.addresses;
    this.#output = parts.output;
  }

  /** All that it has printed, on both streams. */
  get output(): string {
    return this.#output();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** `127.0.0.1:PORT`. */
  address(name: PortName): string {
    return this.#addresses.get(name) ?? '';
  }

  url(name: PortName): string {
    return `http://${this.address(name)}`;
  }

  /** Runs a command of the program against this server. */
  cli(...args: string[]): Promise<ProgramEnd> {
    return runProgramFile(this.#mainFile, {
      args: [...args, '--insecure-disable-transport-security'],
      cwd: this.#dir,
      env: { KETO_READ_REMOTE: this.address('read'), KETO_WRITE_REMOTE: this.address('write') },
    });
  }

  /** Sends a signal and waits for the end. @returns the exit code, or the signal that ended it */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const ended = once(this.#child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    this.#child.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL');
    rmSync(this.#dir, { recursive: true });
  }
}

function documentOf(dir: string, { dsn, config = {}, serve: more = {}, sharedPort: port = 0 }: ProcessOptions): object {
  const serve = Object.fromEntries(
    NAMES.map((name) => [
      name,
      { host: '127.0.0.1', port, write_listen_file: `file://${join(dir, name)}`, ...more[name] },
    ]),
  );
  return { dsn, serve, log: { level: 'error' }, ...config };
}

async function readAddresses(
  dir: string,
  child: ChildProcess,
  output: () => string,
): Promise<ReadonlyMap<PortName, string>> {
  const untilMs = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < untilMs) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output()}`);
    // The line is printed when all listen files are written.
    if (output().includes('stheno is ready')) {
      return new Map(NAMES.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
    }
    await sleep(POLL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not start: ${output()}`);
}
