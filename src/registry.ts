import type { Config } from './config/config.ts';
import type { Logger } from './observability/logger.ts';
import { Metrics } from './observability/metrics.ts';
import { openTracing } from './observability/open-tracing.ts';
import type { Tracing } from './observability/tracing.ts';
import type { ReloadingNamespaces } from './opl/reloading-namespaces.ts';
import { ChangeLogTrimmer } from './persistence/change-log-trimmer.ts';
import type { Persister } from './persistence/persister.ts';
import { parseDsn } from './persistence/sql/dsn.ts';
import { type OpenedPersister, openPersister } from './persistence/sql/open-persister.ts';
import { logicalListeners } from './registry/build-listeners.ts';
import { followModels } from './registry/follow-models.ts';
import { type OpenedEngine, openEngine } from './registry/open-engine.ts';
import { openModel, replaceModel } from './registry/open-model.ts';
import type { Parts } from './registry/parts.ts';
import type { Listener } from './server/listener.ts';
import { openListeners } from './server/open-listeners.ts';
import { ServedCertificates } from './server/served-certificates.ts';
import { tracePersister } from './service/traced-persister.ts';
import { buildInfo } from './version.ts';

/** The names of databases in traces (OpenTelemetry: semantic conventions for database spans). */
const DATABASE_SYSTEMS = { sqlite: 'sqlite', postgres: 'postgresql', mysql: 'mysql' } as const;

export interface StartOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Apply pending migrations first; only for SQLite. */
  readonly autoMigrate: boolean;
}

/** A running server: the one place where everything is wired. Disposing it ends it without grace. */
export class Stheno implements AsyncDisposable {
  readonly #logger: Logger;
  readonly #persister: OpenedPersister;
  readonly #trimmer: ChangeLogTrimmer;
  readonly #namespaces: ReloadingNamespaces;
  readonly #engine: OpenedEngine;
  readonly #listeners: ReadonlyMap<string, Listener>;
  readonly #certificates: ServedCertificates;
  readonly #tracing: Tracing | undefined;
  #config: Config;
  #configProblem: string | undefined;

  /**
   * Opens the database, loads the model and listens. What was opened is closed again when anything fails.
   * @throws {DsnError} {NotMigratedError} {ModelLoadError} {ListenError}, or SthenoError `unavailable`
   *   when the database cannot be reached
   */
  static async start({ config, logger, autoMigrate }: StartOptions): Promise<Stheno> {
    // The services read what may be reloaded through the running server, which exists before the first request.
    let running: Stheno | undefined;
    const current = (): Config => running?.config ?? config;
    const tracing = await startTracing(config, logger);
    let persister: OpenedPersister | undefined;
    let namespaces: ReloadingNamespaces | undefined;
    let engine: OpenedEngine | undefined;
    try {
      persister = await openStore({ config, logger, autoMigrate });
      namespaces = await openModel({ config, current, persister, logger });
      const metrics = openMetrics({ persister, namespaces });
      const storage = tracedStorage(persister, config, tracing);
      const { models, followed } = followModels({ current, persister, namespaces });
      engine = openEngine({ config: config.graph, dsn: config.dsn, persister, followed, storage, logger, metrics });
      const common = { config, current, logger, persister, storage, namespaces, models, metrics, tracing };
      const logical = logicalListeners({ ...common, engine: engine.engine });
      const listeners = await openListeners(logical, { logger });
      const certificates = new ServedCertificates({ serve: config.serve, logical, listeners, logger });
      running = new Stheno({ config, logger, persister, namespaces, engine, listeners, certificates, tracing });
      addReloadGauges(metrics, running, certificates);
      return running;
    } catch (error) {
      await engine?.[Symbol.asyncDispose]();
      await namespaces?.[Symbol.asyncDispose]();
      await persister?.[Symbol.asyncDispose]();
      await tracing?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(parts: {
    config: Config;
    logger: Logger;
    persister: OpenedPersister;
    namespaces: ReloadingNamespaces;
    engine: OpenedEngine;
    listeners: ReadonlyMap<string, Listener>;
    certificates: ServedCertificates;
    tracing: Tracing | undefined;
  }) {
    this.#config = parts.config;
    this.#logger = parts.logger;
    this.#persister = parts.persister;
    this.#trimmer = new ChangeLogTrimmer({
      feed: parts.persister,
      retentionMs: parts.config.feed.retention,
      onError: (error) => parts.logger.warn({ err: error }, 'the change log could not be trimmed'),
    });
    this.#namespaces = parts.namespaces;
    this.#engine = parts.engine;
    this.#listeners = parts.listeners;
    this.#certificates = parts.certificates;
    this.#tracing = parts.tracing;
  }

  get config(): Config {
    return this.#config;
  }

  /** The address of each listener by its name (`read`, `write`, `metrics`, `opl`). */
  addresses(): ReadonlyMap<string, string> {
    return new Map([...this.#listeners].map(([name, listener]) => [name, listener.address]));
  }

  /**
   * Uses another configuration from the next request on. What is read at start only stays as it was.
   * Resolves when the model is in force, or was refused.
   */
  async reconfigure(config: Config): Promise<void> {
    this.#config = config;
    this.#configProblem = undefined;
    await replaceModel(config, this.#namespaces, this.#logger);
  }

  /** A newer configuration cannot be used: what is in force stays, and the log and the metrics say so. */
  keepConfig(problem: Error): void {
    this.#configProblem = problem.message;
    this.#logger.error({ err: problem }, problem.message);
  }

  /** Why the newest configuration is not in force; undefined when it is. */
  get configProblem(): string | undefined {
    return this.#configProblem;
  }

  /** Accepts nothing more and lets running requests finish for as long as each listener's grace is. */
  async stop(): Promise<void> {
    const { serve } = this.#config;
    const graceMs = Math.max(...Object.values(serve).map(({ shutdown_grace }) => shutdown_grace));
    await this.#close(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close(0);
  }

  async #close(graceMs: number): Promise<void> {
    await this.#certificates[Symbol.asyncDispose]();
    await Promise.all([...new Set(this.#listeners.values())].map((listener) => listener.close({ graceMs })));
    await this.#namespaces[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
    await this.#trimmer[Symbol.asyncDispose]();
    await this.#persister[Symbol.asyncDispose]();
    await this.#tracing?.[Symbol.asyncDispose]();
  }
}

function startTracing({ tracing }: Config, logger: Logger): Promise<Tracing | undefined> {
  return openTracing({
    settings: tracing,
    version: buildInfo().version,
    onProblem: (error) => logger.warn({ err: error }, 'traces cannot be sent'),
  });
}

function openStore({ config, logger, autoMigrate }: StartOptions): Promise<OpenedPersister> {
  return openPersister({
    dsn: config.dsn,
    autoMigrate,
    // Only the graph can make use of it.
    lease: config.graph.enabled && config.graph.lease,
    onIgnoredParameter: (parameter) => {
      logger.warn({ parameter }, 'a parameter of the dsn cannot be read and has its default');
    },
  });
}

/** The persister as requests use it. */
function tracedStorage(persister: OpenedPersister, { dsn }: Config, tracing: Tracing | undefined): Persister {
  if (tracing === undefined) return persister;
  return tracePersister(persister, DATABASE_SYSTEMS[parseDsn(dsn).kind], tracing);
}

function openMetrics({ persister, namespaces }: Pick<Parts, 'persister' | 'namespaces'>): Metrics {
  const { version, commit, builtAt } = buildInfo();
  const metrics = new Metrics({ build: { version, hash: commit, buildTime: builtAt } });
  metrics.addSources({
    headRevision: () => persister.readRevision().catch(() => undefined),
    modelProblem: () => namespaces.problem(),
  });
  if (persister.isLeaseHeld !== undefined) {
    metrics.addGauge({
      name: 'stheno_lease_held',
      help: 'Whether this server is the only one that may write.',
      read: () => (persister.isLeaseHeld ? 1 : 0),
    });
  }
  return metrics;
}

/** Whether the newest versions of what is reloaded are in force. */
function addReloadGauges(metrics: Metrics, server: Stheno, certificates: ServedCertificates): void {
  metrics.addGauge({
    name: 'stheno_config_last_reload_successful',
    help: 'Whether the newest version of the configuration is in force.',
    read: () => (server.configProblem === undefined ? 1 : 0),
  });
  if (!certificates.exist) return;
  metrics.addGauge({
    name: 'stheno_tls_last_reload_successful',
    help: 'Whether the newest certificates and keys of all listeners are in force.',
    read: () => (certificates.problem === undefined ? 1 : 0),
  });
  metrics.addGauge({
    name: 'stheno_tls_certificate_expiry_timestamp_seconds',
    help: 'When the first of the certificates in force ends, in seconds since 1970.',
    read: () => certificates.expireAtSeconds,
  });
}
