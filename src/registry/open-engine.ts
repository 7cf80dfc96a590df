import type { GraphConfig } from '../config/config.ts';
import { memoryLimitBytes } from '../config/memory-limit.ts';
import type { CheckAnswer, PermissionEngine } from '../engine/permission-engine.ts';
import { type FollowedStorage, GraphFollower } from '../graph/follow/graph-follower.ts';
import type { GraphObserver } from '../graph/follow/graph-observer.ts';
import { GraphPermissionEngine } from '../graph/graph-permission-engine.ts';
import { JointStorage } from '../graph/joint-storage.ts';
import { NamespaceBudget } from '../graph/namespace-budget.ts';
import { RecentSets } from '../graph/recent-sets.ts';
import type { ResidentGraph } from '../graph/resident/resident-graph.ts';
import { SelfCheck } from '../graph/self-check.ts';
import { type EngineStorage, SqlPermissionEngine } from '../graph/sql-permission-engine.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Persister } from '../persistence/persister.ts';
import { parseDsn } from '../persistence/sql/dsn.ts';
import { LOADING_THREAD, loadGraphAside } from './load-graph-aside.ts';

/** The share of the available memory that the graph may take when the configuration does not say. */
const DEFAULT_MEMORY_SHARE = 0.4;
/** How often it is looked whether there is room for a namespace that is not in the graph: coming back means loading anew. */
const REVIEW_INTERVAL_MS = 60_000;

/** What answers permission questions; disposing it ends what runs beside the requests. */
export interface OpenedEngine extends AsyncDisposable {
  readonly engine: PermissionEngine;
}

interface Parts {
  readonly config: GraphConfig;
  /** Of the persister. */
  readonly dsn: string;
  readonly persister: Persister;
  /** The persister as it is followed. */
  readonly followed: FollowedStorage;
  /** Where the engine reads from when a request makes it: the persister, or its traced form. */
  readonly storage: EngineStorage;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The program that fills the graph in a thread of its own, where there is one. Default: that of this package. */
  readonly loadingThread?: URL | undefined;
}

/** Opens the engine. With a graph, which is loaded while the database answers, and then answers checks. */
export function openEngine(parts: Parts): OpenedEngine {
  const { config, storage } = parts;
  const maxBytes = config.max_memory ?? Math.floor(memoryLimitBytes() * DEFAULT_MEMORY_SHARE);
  if (!config.enabled || maxBytes === 0) return openDatabaseEngine(parts);
  const database = new SqlPermissionEngine({ persister: storage });
  return new EngineWithGraph({ ...parts, database, maxBytes });
}

/** Without a graph, what was read lately is kept instead. */
function openDatabaseEngine({ persister, storage }: Parts): OpenedEngine {
  const recent = new RecentSets();
  const stop = persister.onCommitted((change) => recent.committed(change));
  return {
    engine: new SqlPermissionEngine({ persister: storage, recent }),
    [Symbol.asyncDispose]: async () => stop(),
  };
}

class EngineWithGraph implements OpenedEngine {
  readonly engine: PermissionEngine;
  readonly #budget: NamespaceBudget;
  readonly #follower: GraphFollower<ResidentGraph>;
  readonly #selfCheck: SelfCheck;
  readonly #reviewing: NodeJS.Timeout;

  constructor(parts: Parts & { readonly database: PermissionEngine; readonly maxBytes: number }) {
    const { config, persister, followed, storage, logger, metrics, database, maxBytes } = parts;
    this.#budget = new NamespaceBudget({ maxBytes, onChange: (absent) => this.#loadWithout(absent, logger) });
    this.#follower = new GraphFollower<ResidentGraph>({
      persister: followed,
      createGraph: () => this.#budget.createGraph(),
      accepts: (namespace) => this.#budget.accepts(namespace),
      isAwaited: () => engine.isDatabaseBusy,
      loadAside: (signal) => this.#loadAside(parts, signal),
      observer: logObserver(logger, this.#budget, () => this.#follower.isChecksumOff),
    });
    const state = this.#follower;
    this.#selfCheck = new SelfCheck({
      state,
      absent: () => this.#budget.absent,
      // Beside the requests, so none of them is charged with it in its trace.
      database: new SqlPermissionEngine({ persister }),
      rate: config.self_check_rate,
      onDifference: (_question, answers) => this.#distrust(answers, logger),
    });
    const isAbsent = (namespace: string): boolean => this.#budget.isAbsent(namespace);
    const joint = new JointStorage({ state, storage, isAbsent });
    const both = new SqlPermissionEngine({ persister: joint, source: 'both' });
    const engine = new GraphPermissionEngine({
      state,
      budget: this.#budget,
      database,
      both,
      selfCheck: this.#selfCheck,
    });
    this.engine = engine;
    addGraphMetrics(metrics, { follower: this.#follower, budget: this.#budget, selfCheck: this.#selfCheck });
    this.#follower.start();
    this.#reviewing = setInterval(() => this.#review(), REVIEW_INTERVAL_MS);
    this.#reviewing.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#reviewing);
    await this.#follower[Symbol.asyncDispose]();
    await this.#selfCheck.idle();
  }

  #review(): void {
    if (!isFollowing(this.#follower)) return;
    if (this.#budget.hasUnusedNames()) this.#follower.reload();
    else this.#budget.review();
  }

  /** A memory database is known to this thread alone, and what is absent is counted while it is passed by. */
  async #loadAside(
    { dsn, logger, loadingThread = LOADING_THREAD }: Parts,
    signal: AbortSignal,
  ): Promise<ResidentGraph | undefined> {
    if (loadingThread === undefined || parseDsn(dsn).isInMemory || this.#budget.absent.size > 0) return undefined;
    try {
      const graph = await loadGraphAside(loadingThread, { dsn, maxBytes: this.#budget.maxBytes }, signal);
      if (graph !== undefined) this.#budget.adopt(graph);
      return graph;
    } catch (cause) {
      signal.throwIfAborted();
      logger.warn({ err: cause }, 'the graph could not be loaded in a thread of its own and is loaded beside requests');
      return undefined;
    }
  }

  #loadWithout(absent: readonly string[], logger: Logger): void {
    const fields = { namespaces: absent, max_bytes: this.#budget.maxBytes };
    if (absent.length === 0) logger.info(fields, 'the graph in memory has room for every namespace again');
    else logger.warn(fields, 'these namespaces do not fit into the graph in memory');
    this.#follower.reload();
  }

  #distrust(answers: { readonly graph: CheckAnswer; readonly database: CheckAnswer }, logger: Logger): void {
    logger.error(answers, 'the graph in memory and the database have different answers');
    this.#follower.fail('an answer differs from that of the database');
  }
}

function logObserver(logger: Logger, budget: NamespaceBudget, isChecksumOff: () => boolean): GraphObserver {
  return {
    loaded: ({ revision, durationMs }) => {
      const { tupleCount, byteSize } = budget.graph ?? { tupleCount: 0, byteSize: 0 };
      const fields = { revision, tuples: tupleCount, bytes: byteSize, duration_ms: Math.round(durationMs) };
      logger.info(fields, 'the graph in memory is loaded and answers checks');
      if (isChecksumOff()) logger.error({ revision }, 'the stored checksum is not that of the stored tuples');
    },
    failed: ({ reason, cause, retryMs }) => {
      logger.error({ err: cause, reason, retry_ms: retryMs }, 'the graph in memory cannot be used and is built anew');
    },
  };
}

function addGraphMetrics(
  metrics: Metrics,
  parts: { follower: GraphFollower<ResidentGraph>; budget: NamespaceBudget; selfCheck: SelfCheck },
): void {
  const { follower, budget, selfCheck } = parts;
  const gauge = (name: string, help: string, read: () => number | undefined): void =>
    metrics.addGauge({ name: `stheno_graph_${name}`, help, read });
  const counter = (name: string, help: string, read: () => number): void =>
    metrics.addCounter({ name: `stheno_graph_${name}_total`, help, read });
  gauge('following', 'Whether checks are answered from the graph in memory.', () => (isFollowing(follower) ? 1 : 0));
  gauge('revision', 'Revision that the graph is at; absent while it is loaded.', () =>
    isFollowing(follower) ? follower.revision : undefined,
  );
  gauge('lag_commits', 'Commits that are known and not in the graph.', () => follower.lag.commits);
  gauge('lag_seconds', 'Seconds since the graph was known to have every commit.', () => follower.lag.seconds);
  gauge(
    'checksum_off',
    'Whether the stored checksum is not that of the stored tuples: somebody changed them by hand.',
    () => (follower.isChecksumOff ? 1 : 0),
  );
  gauge('tuples', 'Relation tuples in the graph.', () => budget.graph?.tupleCount ?? 0);
  gauge('bytes', 'Memory that the graph takes.', () => budget.graph?.byteSize ?? 0);
  gauge('max_bytes', 'Memory that the graph may take.', () => budget.maxBytes);
  gauge('absent_namespaces', 'Namespaces that do not fit and stay in the database.', () => budget.absent.size);
  counter('rebuilds', 'How often the graph was built anew.', () => follower.rebuilds);
  counter('self_checks', 'Answers of the graph that were compared with those of the database.', () => {
    return selfCheck.counts.equal + selfCheck.counts.different;
  });
  counter('self_check_differences', 'Such answers that were not the same.', () => selfCheck.counts.different);
  counter('self_checks_skipped', 'Comparisons without two answers of one revision.', () => selfCheck.counts.skipped);
}

function isFollowing(follower: GraphFollower<ResidentGraph>): boolean {
  return follower.state.kind === 'following';
}
