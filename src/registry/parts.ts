import type { Config } from '../config/config.ts';
import type { PermissionEngine } from '../engine/permission-engine.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { ReloadingNamespaces } from '../opl/reloading-namespaces.ts';
import type { Persister } from '../persistence/persister.ts';
import type { OpenedPersister } from '../persistence/sql/open-persister.ts';
import type { FreshModels } from '../service/fresh-models.ts';

/** What a running server is made of, before it listens. */
export interface Parts {
  readonly config: Config;
  /** The configuration in force now. */
  readonly current: () => Config;
  readonly logger: Logger;
  readonly persister: OpenedPersister;
  /** The persister as requests use it. */
  readonly storage: Persister;
  readonly engine: PermissionEngine;
  readonly namespaces: ReloadingNamespaces;
  /** The same, for whoever must not miss a newer version. */
  readonly models: FreshModels;
  readonly metrics: Metrics;
  /** Undefined when tracing is off. */
  readonly tracing: Tracing | undefined;
}
