import type { Config } from '../config/config.ts';
import { strictMode } from '../config/strict-mode.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { OpenedPersister } from '../persistence/sql/open-persister.ts';
import { CheckService } from '../service/check-service.ts';
import { ExpandService } from '../service/expand-service.ts';
import { ExplainService } from '../service/explain-service.ts';
import { LookupService } from '../service/lookup-service.ts';
import { NamespacesService } from '../service/namespaces-service.ts';
import { PageTokens } from '../service/page-tokens.ts';
import { PolicyIndexes } from '../service/policy-indexes.ts';
import { PolicyService } from '../service/policy-service.ts';
import { ReadService } from '../service/read-service.ts';
import type { Settings } from '../service/settings.ts';
import { Snaptokens } from '../service/snaptokens.ts';
import { StoredPolicies } from '../service/stored-policies.ts';
import { SyntaxService } from '../service/syntax-service.ts';
import { traceEngine } from '../service/traced-engine.ts';
import { TupleReadService } from '../service/tuple-read-service.ts';
import { VersionService } from '../service/version-service.ts';
import type { WatchService } from '../service/watch-service.ts';
import { buildInfo } from '../version.ts';
import { buildModels, type ModelServices } from './build-models.ts';
import { buildWatch } from './build-watch.ts';
import { buildWrites, type WriteServices } from './build-writes.ts';
import type { Parts } from './parts.ts';

/** Everything that answers requests. */
export interface Services extends ModelServices, WriteServices {
  readonly pageTokens: PageTokens;
  readonly check: CheckService;
  readonly expand: ExpandService;
  readonly explain: ExplainService;
  readonly lookup: LookupService;
  readonly read: ReadService;
  readonly tupleReads: TupleReadService;
  readonly namespaceList: NamespacesService;
  readonly policies: PolicyService;
  readonly watch: WatchService;
  readonly version: VersionService;
  readonly syntax: SyntaxService;
}

/** The services, each with what it needs. */
export function buildServices({
  current,
  logger,
  persister,
  storage,
  engine: untraced,
  namespaces,
  models,
  metrics,
  tracing,
}: Parts): Services {
  const settings = (): Settings => settingsOf(current());
  const engine = tracing === undefined ? untraced : traceEngine(untraced, tracing);
  const snaptokens = new Snaptokens({ networkId: persister.networkId });
  const pageTokens = new PageTokens({ secrets: () => current().secrets.pagination });
  const listObserver = { listed: (list: Parameters<Metrics['observeList']>[0]) => metrics.observeList(list) };
  const observer = { checked: (check: Parameters<Metrics['observeCheck']>[0]) => metrics.observeCheck(check) };
  return {
    pageTokens,
    check: new CheckService({ engine, models, snaptokens, settings, observer }),
    expand: new ExpandService({ engine, models, snaptokens, settings }),
    explain: new ExplainService({ engine, models, snaptokens, settings }),
    lookup: new LookupService({ engine, models, pageTokens, snaptokens, settings, observer: listObserver }),
    read: new ReadService({ reader: storage, models, pageTokens, snaptokens }),
    ...buildWrites({ storage, models, current, logger, metrics }, snaptokens),
    tupleReads: new TupleReadService({ reader: storage, models, snaptokens }),
    namespaceList: new NamespacesService({ namespaces }),
    ...buildModels({ persister, namespaces, current }, snaptokens),
    policies: buildPolicies(persister, metrics, settings),
    watch: buildWatch({ persister, namespaces, current, metrics }, snaptokens),
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
