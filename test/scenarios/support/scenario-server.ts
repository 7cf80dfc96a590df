import { nodeTransport } from '../../../src/client/node-transport.ts';
import { SthenoClient } from '../../../src/client/stheno-client.ts';
import { validateConfig } from '../../../src/config/load-config.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { Stheno } from '../../../src/registry.ts';
import { parseTuple } from '../../../src/tuple/tuple-text.ts';
import type { Scenario } from './scenario.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

/** A server in this process that plays one scenario after the other, and a gRPC client of it. */
export class ScenarioServer implements AsyncDisposable {
  readonly client: SthenoClient;
  readonly #dsn: string;
  readonly #server: Stheno;

  static async start(dsn: string): Promise<ScenarioServer> {
    const config = configOf(dsn, { model: '', strict: false });
    const logger = createLogger({ level: 'panic', format: 'json' });
    return new ScenarioServer(dsn, await Stheno.start({ config, logger, autoMigrate: true }));
  }

  private constructor(dsn: string, server: Stheno) {
    this.#dsn = dsn;
    this.#server = server;
    this.client = new SthenoClient({ baseUrl: this.url, transport: nodeTransport() });
  }

  /** Of the write port, which answers everything. */
  get url(): string {
    return `http://${this.#server.addresses().get('write')}`;
  }

  /** Makes the scenario's model and tuples those of the server. */
  async play({ model, tuples, max_depth }: Scenario, strict: boolean): Promise<void> {
    for (const namespace of await this.client.listNamespaces()) await this.client.deleteTuples({ namespace });
    await this.#server.reconfigure(configOf(this.#dsn, { model, strict, maxDepth: max_depth }));
    await this.client.write(tuples.map((tuple) => ({ insert: toInput(tuple) })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

/** As text it could not have a subject in parentheses. */
export function toInput(text: string) {
  const { subject, ...set } = parseTuple(text);
  return { ...set, subject: subject.kind === 'id' ? { id: subject.id } : subject };
}

function configOf(dsn: string, options: { model: string; strict: boolean; maxDepth?: number | undefined }) {
  const { model, strict, maxDepth } = options;
  return validateConfig({
    dsn,
    serve: { read: ANY_PORT, write: ANY_PORT, opl: ANY_PORT, metrics: ANY_PORT },
    namespaces: { location: `base64://${Buffer.from(model).toString('base64')}` },
    feature_flags: { strict_mode: strict, expand_rewrites: true },
    ...(maxDepth !== undefined && { limit: { max_read_depth: maxDepth } }),
  });
}
