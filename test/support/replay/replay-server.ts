import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigWatcher } from '../../../src/config/config-watcher.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { Stheno } from '../../../src/registry.ts';
import { fillIn } from './placeholders.ts';
import type { PortName, Setup } from './suite.ts';

const PORTS: readonly PortName[] = ['read', 'write', 'opl', 'metrics'];
/** How long the recorder waited for a changed configuration to be in force. */
const RELOAD_MS = 1_500;

/** The server of a suite: in this process, on free ports, with everything in memory. */
export class ReplayServer implements AsyncDisposable {
  readonly dir: string;
  readonly #server: Stheno;
  readonly #watcher: ConfigWatcher;

  static async start(setup: Setup): Promise<ReplayServer> {
    const dir = mkdtempSync(join(tmpdir(), 'replay-'));
    try {
      const sources = { files: [writeSetup(dir, setup)], env: {} };
      const config = loadConfig(sources);
      const logger = createLogger({ level: 'panic', format: 'json' });
      const server = await Stheno.start({ config, logger, autoMigrate: true });
      const watcher = new ConfigWatcher({
        ...sources,
        config,
        onDetect: () => {},
        onChange: (changed) => void server.reconfigure(changed), // it never rejects
        onError: () => {}, // the old configuration stays, which the next step looks at
      });
      return new ReplayServer({ dir, server, watcher });
    } catch (error) {
      rmSync(dir, { recursive: true });
      throw error;
    }
  }

  private constructor(parts: { dir: string; server: Stheno; watcher: ConfigWatcher }) {
    this.dir = parts.dir;
    this.#server = parts.server;
    this.#watcher = parts.watcher;
  }

  port(name: PortName): number {
    return Number(this.#server.addresses().get(name)?.split(':').at(-1));
  }

  /** The placeholders of a case. */
  placeholders(): Map<string, unknown> {
    return new Map<string, unknown>([
      ...PORTS.map((name) => [name, `127.0.0.1:${this.port(name)}`] as const),
      ['dir', this.dir],
    ]);
  }

  /** Writes another setup over the first one and waits until it is in force. */
  async reconfigure(setup: Setup): Promise<void> {
    writeSetup(this.dir, setup);
    await sleep(RELOAD_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    rmSync(this.dir, { recursive: true });
  }
}

/** @returns the path of the configuration file */
function writeSetup(dir: string, { config = {}, files = {}, namespaces }: Setup): string {
  const [firstFile] = Object.keys(files);
  for (const [name, text] of Object.entries(files)) writeIfChanged(join(dir, name), text);
  const serve = Object.fromEntries(PORTS.map((name) => [name, { host: '127.0.0.1', port: 0 }]));
  const model = namespaces ?? (firstFile === undefined ? undefined : { location: `file://${join(dir, firstFile)}` });
  const document = merge({ dsn: 'memory', serve, ...(model === undefined ? {} : { namespaces: model }) }, config);
  const path = join(dir, 'stheno.json');
  writeIfChanged(path, JSON.stringify(fillIn(document, new Map([['dir', dir]]))));
  return path;
}

/** Readers never see half a file, and nothing when nothing changed. */
function writeIfChanged(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // It is new.
  }
  writeFileSync(`${dirname(path)}.tmp`, text);
  renameSync(`${dirname(path)}.tmp`, path);
}

type Document = Readonly<Record<string, unknown>>;

function merge(base: Document, over: Document): Document {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isDocument(below) && isDocument(value) ? merge(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
