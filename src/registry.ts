import { SyntaxService as SyntaxServiceDescriptor } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { CheckService as CheckServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ExpandService as ExpandServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { NamespacesService as NamespacesServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { ReadService as ReadServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { VersionService as VersionServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import { WriteService as WriteServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import type { Config } from './config/config.ts';
import { type NamespaceSource, namespaceSource } from './config/namespace-source.ts';
import { strictMode } from './config/strict-mode.ts';
import { readTlsFiles } from './config/tls-files.ts';
import type { PermissionEngine } from './engine/permission-engine.ts';
import { ModelLog } from './model-log.ts';
import { createAccessLog } from './observability/access-log.ts';
import type { Logger } from './observability/logger.ts';
import { Metrics } from './observability/metrics.ts';
import { openTracing } from './observability/open-tracing.ts';
import type { Tracing } from './observability/tracing.ts';
import { type OpenedEngine, openEngine } from './open-engine.ts';
import { openNamespaces } from './opl/open-namespaces.ts';
import type { ReloadingNamespaces } from './opl/reloading-namespaces.ts';
import { ChangeLogTrimmer } from './persistence/change-log-trimmer.ts';
import type { Persister } from './persistence/persister.ts';
import { parseDsn } from './persistence/sql/dsn.ts';
import { type OpenedPersister, openPersister } from './persistence/sql/open-persister.ts';
import { healthService } from './server/health-service.ts';
import type { Listener } from './server/listener.ts';
import { type LogicalListener, openListeners } from './server/open-listeners.ts';
import { reflectionServices } from './server/reflection-service.ts';
import { requestTelemetry } from './server/request-telemetry.ts';
import type { Surface } from './server/rest/openapi/document.ts';
import { openApiRoute } from './server/rest/openapi/document-route.ts';
import type { DescribedRoute } from './server/rest/openapi/operation.ts';
import { policyReadRoutes, policyWriteRoutes } from './server/rest/policy/policy-routes.ts';
import { commonRoutes, metricsRoutes, oplRoutes, readRoutes, writeRoutes } from './server/rest/routes.ts';
import { traceRoutes } from './server/rest/traced-routes.ts';
import { ServedCertificates } from './server/served-certificates.ts';
import { traceServices } from './server/traced-services.ts';
import { CheckService } from './service/check-service.ts';
import { ExpandService } from './service/expand-service.ts';
import { NamespacesService } from './service/namespaces-service.ts';
import { PageTokens } from './service/page-tokens.ts';
import { PolicyIndexes } from './service/policy-indexes.ts';
import { policyRpcService } from './service/policy-rpc-service.ts';
import { PolicyService } from './service/policy-service.ts';
import { ReadService } from './service/read-service.ts';
import { implement, type RpcService } from './service/rpc-service.ts';
import type { Settings } from './service/settings.ts';
import { Snaptokens } from './service/snaptokens.ts';
import { StoreReadiness } from './service/store-readiness.ts';
import { StoredPolicies } from './service/stored-policies.ts';
import { SyntaxService } from './service/syntax-service.ts';
import { traceEngine } from './service/traced-engine.ts';
import { tracePersister } from './service/traced-persister.ts';
import { VersionService } from './service/version-service.ts';
import { WriteService } from './service/write-service.ts';
import { buildInfo } from './version.ts';

const SCRAPES = '/metrics/prometheus';

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
    const modelLog = new ModelLog({ logger });
    const tracing = await startTracing(config, logger);
    let persister: OpenedPersister | undefined;
    let namespaces: ReloadingNamespaces | undefined;
    let engine: OpenedEngine | undefined;
    try {
      persister = await openStore({ config, logger, autoMigrate });
      namespaces = await openNamespaces({
        source: modelSource(config, logger),
        onReload: (event) => modelLog.reloaded(event),
        onRetry: (reason, retryMs) => modelLog.fetchFailed(reason, retryMs),
        disallowPrivateAddresses: () => current().clients.http.disallow_private_ip_ranges,
      });
      const metrics = openMetrics({ persister, namespaces });
      const storage = tracedStorage(persister, config, tracing);
      engine = openEngine({ config: config.graph, persister, storage, logger, metrics });
      const common = { config, current, logger, persister, storage, namespaces, metrics, tracing };
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
    await this.#namespaces.replaceSource(modelSource(config, this.#logger));
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
    onIgnoredParameter: (parameter) => {
      logger.warn({ parameter }, 'a parameter of the dsn cannot be read and has its default');
    },
  });
}

interface Parts {
  readonly config: Config;
  /** The configuration in force now. */
  readonly current: () => Config;
  readonly logger: Logger;
  readonly persister: OpenedPersister;
  /** The persister as requests use it. */
  readonly storage: Persister;
  readonly engine: PermissionEngine;
  readonly namespaces: ReloadingNamespaces;
  readonly metrics: Metrics;
  /** Undefined when tracing is off. */
  readonly tracing: Tracing | undefined;
}

/** The four listeners with what each of them answers (contract: gRPC §1.1, REST §1; the write port also reads). */
function logicalListeners(parts: Parts): (LogicalListener & { name: keyof Config['serve'] })[] {
  const { config, namespaces, persister, metrics, logger, tracing } = parts;
  const services = buildServices(parts);
  const readiness = new StoreReadiness({ store: persister, namespaces });
  const surface = surfaceOf(parts, services, readiness);
  const version = implement(VersionServiceDescriptor, services.version);
  const readRpcs = [
    implement(ReadServiceDescriptor, services.read),
    implement(CheckServiceDescriptor, services.check),
    implement(ExpandServiceDescriptor, services.expand),
    implement(NamespacesServiceDescriptor, services.namespaceList),
  ];
  const policyRpcs = (isWritable: boolean) => policyRpcService(services.policies, { isWritable });
  const readPortRpcs = [...readRpcs, policyRpcs(config.serve.read.policy_writes)];
  const writePortRpcs = [implement(WriteServiceDescriptor, services.write), ...readRpcs, policyRpcs(true)];
  const oplRpcs = [implement(SyntaxServiceDescriptor, services.syntax)];
  const withStandard = (rpcs: readonly RpcService[]): RpcService[] => [
    ...(tracing === undefined ? rpcs : traceServices(rpcs, tracing)),
    version,
    healthService({ services: [...rpcs, version], readiness }),
    ...reflectionServices({ services: [...rpcs, version] }),
  ];
  const listener = (name: keyof Config['serve'], answers: Pick<LogicalListener, 'services' | 'routes'>) => ({
    ...listenerOf(name, config),
    ...answers,
    observer: observerOf(name, config, logger, metrics),
  });
  return [
    listener('read', { services: withStandard(readPortRpcs), routes: surface.read }),
    listener('write', { services: withStandard(writePortRpcs), routes: surface.write }),
    listener('opl', { services: withStandard(oplRpcs), routes: surface.opl }),
    listener('metrics', { services: [], routes: surface.metrics }),
  ];
}

/** The routes of each listener. */
function surfaceOf(
  { config, namespaces, metrics, tracing }: Parts,
  services: ReturnType<typeof buildServices>,
  readiness: StoreReadiness,
): Surface {
  const traced = (...routes: DescribedRoute[]) => (tracing === undefined ? routes : traceRoutes(routes, tracing));
  const described = openApiRoute({ version: buildInfo().version, surface: () => surface });
  const common = [...commonRoutes({ version: services.version, readiness, metrics }), described];
  const read = traced(...readRoutes({ ...services, namespaces }), ...policyReadRoutes(services.policies));
  const policyWrites = traced(...policyWriteRoutes(services.policies));
  const surface: Surface = {
    read: [...read, ...(config.serve.read.policy_writes ? policyWrites : []), ...common],
    write: [...traced(...writeRoutes(services)), ...policyWrites, ...read, ...common],
    opl: [...traced(...oplRoutes(services)), ...common],
    metrics: metricsRoutes({ metrics }),
  };
  return surface;
}

/** The persister as requests use it. */
function tracedStorage(persister: OpenedPersister, { dsn }: Config, tracing: Tracing | undefined): Persister {
  if (tracing === undefined) return persister;
  return tracePersister(persister, DATABASE_SYSTEMS[parseDsn(dsn).kind], tracing);
}

function buildServices({ current, persister, storage, engine: untraced, namespaces, metrics, tracing }: Parts) {
  const settings = (): Settings => settingsOf(current());
  const engine = tracing === undefined ? untraced : traceEngine(untraced, tracing);
  const snaptokens = new Snaptokens({ networkId: persister.networkId });
  const pageTokens = new PageTokens({ secrets: () => current().secrets.pagination });
  const observer = { checked: (check: Parameters<Metrics['observeCheck']>[0]) => metrics.observeCheck(check) };
  return {
    pageTokens,
    check: new CheckService({ engine, namespaces, snaptokens, settings, observer }),
    expand: new ExpandService({ engine, namespaces, snaptokens, settings }),
    read: new ReadService({ reader: storage, namespaces, pageTokens, snaptokens }),
    write: new WriteService({ reader: storage, writer: storage, namespaces, snaptokens }),
    namespaceList: new NamespacesService({ namespaces }),
    policies: buildPolicies(persister, metrics, settings),
    version: new VersionService({ version: buildInfo().version }),
    syntax: new SyntaxService(),
  };
}

function buildPolicies(
  { policyDocuments: documents }: OpenedPersister,
  metrics: Metrics,
  settings: () => Settings,
): PolicyService {
  const indexes = new PolicyIndexes({ documents });
  // So that the first question need not wait for it. It will be told what went wrong.
  indexes.fresh('exact').catch(() => {});
  return new PolicyService({
    store: new StoredPolicies({ documents }),
    indexes,
    settings,
    observer: { decided: (decision) => metrics.observeDecision(decision) },
  });
}

function settingsOf(config: Config): Settings {
  return {
    strict: strictMode(config),
    expandRewrites: config.feature_flags.expand_rewrites,
    maxReadDepth: config.limit.max_read_depth,
    maxBatchCheckSize: config.limit.max_batch_check_size,
    maxExpandSize: config.limit.max_expand_size,
  };
}

/** Without namespaces in the configuration there are none: every request that names one says so. */
function modelSource(config: Config, logger: Logger): NamespaceSource {
  const source = namespaceSource(config);
  if (source === undefined) logger.warn('the configuration has no namespaces: tuples cannot be written');
  return source ?? { kind: 'inline', namespaces: [] };
}

function openMetrics({ persister, namespaces }: Pick<Parts, 'persister' | 'namespaces'>): Metrics {
  const { version, commit, builtAt } = buildInfo();
  const metrics = new Metrics({ build: { version, hash: commit, buildTime: builtAt } });
  metrics.addSources({
    headRevision: () => persister.readRevision().catch(() => undefined),
    modelProblem: () => namespaces.problem(),
  });
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

/** Requests to the metrics listener are not counted, and its scrapes not logged (contract: REST §11, configuration §5). */
function observerOf(name: keyof Config['serve'], { serve, log }: Config, logger: Logger, metrics: Metrics) {
  const accessLog = serve[name].request_log ? createAccessLog({ logger, log }) : undefined;
  return requestTelemetry(name === 'metrics' ? { accessLog, unloggedPath: SCRAPES } : { metrics, accessLog });
}

function listenerOf<Name extends keyof Config['serve']>(
  name: Name,
  { serve }: Config,
): Omit<LogicalListener, 'services' | 'routes' | 'observer'> & { name: Name } {
  const { host, port, socket, tls, cors, max_message_bytes, max_header_bytes } = serve[name];
  return {
    name,
    host: host.replace(/^\[(.*)\]$/, '$1'), // Keto wants an IPv6 address in brackets
    port,
    socketPath: socket,
    tls: readTlsFiles(name, tls),
    cors,
    maxMessageBytes: max_message_bytes,
    maxHeaderBytes: max_header_bytes,
  };
}
