import assert from 'node:assert/strict';
import { validateConfig } from '../../../src/config/load-config.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { Stheno } from '../../../src/registry.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

/** What no client may see: stacks, files, SQL, names of drivers. */
const INTERNALS =
  /\n\s+at |node:internal|node_modules|\/src\/|\.[jt]s:\d|SELECT |INSERT |relation_tuples_|sqlite|postgres|SQLSTATE/i;

/** A server in this process, with namespaces `n`, `m` and the empty name, that says whether it came to harm. */
export class HardenedServer implements AsyncDisposable {
  readonly #server: Stheno;
  readonly #faults: string[];

  static async start(dsn: string): Promise<HardenedServer> {
    const faults: string[] = [];
    const config = validateConfig({
      dsn,
      serve: { read: ANY_PORT, write: ANY_PORT, opl: ANY_PORT, metrics: ANY_PORT },
      namespaces: [{ name: 'n' }, { name: 'm' }, { name: '' }],
    });
    const logger = createLogger({ level: 'error', format: 'json' }, { write: (line) => faults.push(line) });
    return new HardenedServer(await Stheno.start({ config, logger, autoMigrate: true }), faults);
  }

  private constructor(server: Stheno, faults: string[]) {
    this.#server = server;
    this.#faults = faults;
  }

  /** `127.0.0.1:PORT` of the write port, which answers everything but OPL. */
  get address(): string {
    return this.#server.addresses().get('write') ?? '';
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** The server answers, and nothing went wrong inside it. */
  async assertUnharmed(): Promise<void> {
    const { status } = await fetch(`${this.url}/health/ready`);
    assert.equal(status, 200);
    assert.deepEqual(this.#faults, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

/** An answer tells nothing of how the server is made. */
export function assertNoInternals(text: string): void {
  assert.doesNotMatch(text, INTERNALS);
}
