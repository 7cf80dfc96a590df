import { SyntaxService as SyntaxServiceDescriptor } from '#gen/ory/keto/opl/v1alpha1/syntax_service_pb.js';
import { CheckService as CheckServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/check_service_pb.js';
import { ExpandService as ExpandServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/expand_service_pb.js';
import { NamespacesService as NamespacesServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/namespaces_service_pb.js';
import { ReadService as ReadServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/read_service_pb.js';
import { VersionService as VersionServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/version_pb.js';
import { WriteService as WriteServiceDescriptor } from '#gen/ory/keto/relation_tuples/v1alpha2/write_service_pb.js';
import { ExplainService as ExplainServiceDescriptor } from '#gen/stheno/v1/explain_service_pb.js';
import { LookupService as LookupServiceDescriptor } from '#gen/stheno/v1/lookup_service_pb.js';
import { ModelReadService as ModelReadServiceDescriptor } from '#gen/stheno/v1/model_read_service_pb.js';
import { ModelService as ModelServiceDescriptor } from '#gen/stheno/v1/model_service_pb.js';
import { TupleReadService as TupleReadServiceDescriptor } from '#gen/stheno/v1/tuple_read_service_pb.js';
import { TupleService as TupleServiceDescriptor } from '#gen/stheno/v1/tuple_service_pb.js';
import { WatchService as WatchServiceDescriptor } from '#gen/stheno/v1/watch_service_pb.js';
import type { Config } from '../config/config.ts';
import { readTlsFiles } from '../config/tls-files.ts';
import { createAccessLog } from '../observability/access-log.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { healthService } from '../server/health-service.ts';
import type { LogicalListener } from '../server/open-listeners.ts';
import { reflectionServices } from '../server/reflection-service.ts';
import { requestTelemetry } from '../server/request-telemetry.ts';
import { bulkReadRoutes } from '../server/rest/bulk-read-routes.ts';
import { bulkWriteRoutes } from '../server/rest/bulk-write-routes.ts';
import { explainRoutes } from '../server/rest/explain-routes.ts';
import { lookupRoutes } from '../server/rest/lookup-routes.ts';
import { modelReadRoutes, modelWriteRoutes } from '../server/rest/model/model-routes.ts';
import type { Surface } from '../server/rest/openapi/document.ts';
import { openApiRoute } from '../server/rest/openapi/document-route.ts';
import type { DescribedRoute } from '../server/rest/openapi/operation.ts';
import { policyReadRoutes, policyWriteRoutes } from '../server/rest/policy/policy-routes.ts';
import { commonRoutes, metricsRoutes, oplRoutes, readRoutes, writeRoutes } from '../server/rest/routes.ts';
import { traceRoutes } from '../server/rest/traced-routes.ts';
import { watchRoutes } from '../server/rest/watch-routes.ts';
import { traceServices } from '../server/traced-services.ts';
import { policyRpcService } from '../service/policy-rpc-service.ts';
import { implement, type RpcService } from '../service/rpc-service.ts';
import { StoreReadiness } from '../service/store-readiness.ts';
import { buildInfo } from '../version.ts';
import { buildServices, type Services } from './build-services.ts';
import type { Parts } from './parts.ts';

const SCRAPES = '/metrics/prometheus';

/** The four listeners with what each of them answers (contract: gRPC §1.1, REST §1; the write port also reads). */
export function logicalListeners(parts: Parts): (LogicalListener & { name: keyof Config['serve'] })[] {
  const { config, namespaces, persister, metrics, logger, tracing } = parts;
  const services = buildServices(parts);
  const readiness = new StoreReadiness({ store: persister, namespaces });
  const surface = surfaceOf(parts, services, readiness);
  const version = implement(VersionServiceDescriptor, services.version);
  const readRpcs = readRpcsOf(services);
  const policyRpcs = (isWritable: boolean) => policyRpcService(services.policies, { isWritable });
  const readPortRpcs = [...readRpcs, policyRpcs(config.serve.read.policy_writes)];
  const writePortRpcs = [
    implement(WriteServiceDescriptor, services.write),
    implement(TupleServiceDescriptor, services.tuples),
    implement(ModelServiceDescriptor, services.model),
    ...readRpcs,
    policyRpcs(true),
  ];
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

/** What both ports answer that read. */
function readRpcsOf(services: Services): RpcService[] {
  return [
    implement(ReadServiceDescriptor, services.read),
    implement(CheckServiceDescriptor, services.check),
    implement(ExpandServiceDescriptor, services.expand),
    implement(NamespacesServiceDescriptor, services.namespaceList),
    implement(TupleReadServiceDescriptor, services.tupleReads),
    implement(ModelReadServiceDescriptor, services.modelRead),
    implement(WatchServiceDescriptor, services.watch),
    implement(ExplainServiceDescriptor, services.explain),
    implement(LookupServiceDescriptor, services.lookup),
  ];
}

/** The routes of each listener. */
function surfaceOf(
  { config, namespaces, metrics, tracing }: Parts,
  services: Services,
  readiness: StoreReadiness,
): Surface {
  const traced = (...routes: DescribedRoute[]) => (tracing === undefined ? routes : traceRoutes(routes, tracing));
  const described = openApiRoute({ version: buildInfo().version, surface: () => surface });
  const common = [...commonRoutes({ version: services.version, readiness, metrics }), described];
  const read = traced(
    ...readRoutes({ ...services, namespaces }),
    ...bulkReadRoutes(services),
    ...explainRoutes(services),
    ...lookupRoutes(services),
    ...modelReadRoutes(services),
    ...watchRoutes(services),
    ...policyReadRoutes(services.policies),
  );
  const policyWrites = traced(...policyWriteRoutes(services.policies));
  const surface: Surface = {
    read: [...read, ...(config.serve.read.policy_writes ? policyWrites : []), ...common],
    write: [
      ...traced(...writeRoutes(services), ...bulkWriteRoutes(services), ...modelWriteRoutes(services)),
      ...policyWrites,
      ...read,
      ...common,
    ],
    opl: [...traced(...oplRoutes(services)), ...common],
    metrics: metricsRoutes({ metrics }),
  };
  return surface;
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
