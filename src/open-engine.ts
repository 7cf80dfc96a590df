import type { GraphConfig } from './config/config.ts';
import { memoryLimitBytes } from './config/memory-limit.ts';
import type { PermissionEngine } from './engine/permission-engine.ts';
import { GraphFollower } from './graph/follow/graph-follower.ts';
import type { GraphObserver } from './graph/follow/graph-observer.ts';
import { GraphPermissionEngine } from './graph/graph-permission-engine.ts';
import { JointStorage } from './graph/joint-storage.ts';
import { NamespaceBudget } from './graph/namespace-budget.ts';
import type { ResidentGraph } from './graph/resident/resident-graph.ts';
import { SelfCheck } from './graph/self-check.ts';
import { type EngineStorage, SqlPermissionEngine } from './graph/sql-permission-engine.ts';
import type { Logger } from './observability/logger.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Persister } from './persistence/persister.ts';

/** The share of the available memory that the graph may take when the configuration does not say. */
const DEFAULT_MEMORY_SHARE = 0.4;
/** How often it is looked whether there is room for a namespace that is not in the graph: coming back means loading anew. */
const REVIEW_INTERVAL_MS = 60_000;

/** What answers permission questions; disposing it ends what runs beside the requests. */
export interface OpenedEngine extends AsyncDisposable {
  readonly engine: PermissionEngine;
}

/** Opens the engine. With a graph, which is loaded while the database answers, and then answers checks. */
export function openEngine(parts: {
  readonly config: GraphConfig;
  readonly persister: Persister;
  /** Where the engine reads from when a request makes it: the persister, or its traced form. */
  readonly storage: EngineStorage;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): OpenedEngine {
  const { config, persister, storage, logger, metrics } = parts;
  const maxBytes = config.max_memory ?? Math.floor(memoryLimitBytes() * DEFAULT_MEMORY_SHARE);
  const database = new SqlPermissionEngine({ persister: storage });
  if (!config.enabled || maxBytes === 0) return { engine: database, [Symbol.asyncDispose]: async () => {} };

  const budget = new NamespaceBudget({
    maxBytes,
    onChange: (absent) => {
      logger.warn({ namespaces: absent, max_bytes: maxBytes }, 'these namespaces are left out of the graph in memory');
      follower.reload();
    },
  });
  const follower = new GraphFollower<ResidentGraph>({
    persister,
    createGraph: () => budget.createGraph(),
    accepts: (namespace) => budget.accepts(namespace),
    observer: logObserver(logger, budget),
  });
  const isAbsent = (namespace: string): boolean => budget.isAbsent(namespace);
  const joint = new JointStorage({ state: follower, storage, isAbsent });
  const selfCheck = new SelfCheck({
    state: follower,
    absent: () => budget.absent,
    // Beside the requests, so none of them is charged with it in its trace.
    database: new SqlPermissionEngine({ persister }),
    rate: config.self_check_rate,
    onDifference: (_question, answers) => {
      logger.error(answers, 'the graph in memory and the database have different answers: the graph is built anew');
      follower.fail('an answer differs from that of the database');
    },
  });
  addGraphMetrics(metrics, { follower, budget, selfCheck });
  follower.start();
  const reviewing = setInterval(() => {
    if (follower.state.kind === 'following') budget.review();
  }, REVIEW_INTERVAL_MS);
  reviewing.unref();
  return {
    engine: new GraphPermissionEngine({
      state: follower,
      budget,
      database,
      both: new SqlPermissionEngine({ persister: joint, source: 'both' }),
      selfCheck,
    }),
    async [Symbol.asyncDispose]() {
      clearInterval(reviewing);
      await follower[Symbol.asyncDispose]();
      await selfCheck.idle();
    },
  };
}

function logObserver(logger: Logger, budget: NamespaceBudget): GraphObserver {
  return {
    loaded: ({ revision, durationMs }) => {
      const { tupleCount, byteSize } = budget.graph ?? { tupleCount: 0, byteSize: 0 };
      const fields = { revision, tuples: tupleCount, bytes: byteSize, duration_ms: Math.round(durationMs) };
      logger.info(fields, 'the graph in memory is loaded and answers checks');
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
