import { validateConfig } from '../../src/config/load-config.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { Stheno } from '../../src/registry.ts';

export interface ServerInProcess extends AsyncDisposable {
  readonly server: Stheno;
  /** What was logged so far, at level debug and above. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** `127.0.0.1:PORT` of the read listener, or the path of its socket. */
  readonly readAddress: string;
  readonly writeAddress: string;
  metrics(): Promise<string>;
}

const LISTENERS = ['read', 'write', 'metrics', 'opl'] as const;

/** A server in this process on free ports, with an empty database in memory and one namespace, `groups`. */
export async function startServer({
  serve = {},
  ...rest
}: {
  readonly serve?: Readonly<Record<string, object>>;
  readonly [key: string]: unknown;
}): Promise<ServerInProcess> {
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger(
    { level: 'debug', format: 'json' },
    { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const listeners = LISTENERS.map((name) => [name, { host: '127.0.0.1', port: 0, ...serve[name] }]);
  const document = { dsn: 'memory', namespaces: [{ name: 'groups' }], serve: Object.fromEntries(listeners), ...rest };
  const server = await Stheno.start({ config: validateConfig(document), logger, autoMigrate: false });
  const address = (name: (typeof LISTENERS)[number]): string => server.addresses().get(name) ?? '';
  return {
    server,
    logged,
    readAddress: address('read'),
    writeAddress: address('write'),
    metrics: async () => (await fetch(`http://${address('metrics')}/metrics/prometheus`)).text(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
